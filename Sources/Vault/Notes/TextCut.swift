internal import Encodings

/// Finds lines and characters in a text's bytes.
enum TextCut {
    /// The most bytes that one byte takes in JSON.
    static let mostEscaped = 6

    /// The offset of a line, from 1; the end of the text where it has no such line.
    static func start(ofLine line: Int, in bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Int {
        var left = line - 1
        var index = start
        while left > 0, index < bytes.count {
            if bytes[index] == 0x0A { left -= 1 }
            index += 1
        }
        return left > 0 ? bytes.count : index
    }

    static func newlines(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        for byte in bytes where byte == 0x0A { count += 1 }
        return count
    }

    /// How many bytes of its line are before an offset.
    static func column(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        offset - (bytes[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
    }

    /// The start of the character that an offset is in.
    static func boundary(_ offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var offset = offset
        while offset > 0, offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
        return offset
    }

    /// Where a part that begins at the start of a range has to end.
    ///
    /// At the end of a line, unless that left out more than half of what the part may have.
    static func end(of bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ query: NotePartQuery) -> Int {
        let most = self.most(of: bytes, range, query)
        guard most < range.upperBound else { return range.upperBound }
        let half = range.lowerBound + (most - range.lowerBound) / 2
        if let newline = bytes[half..<most].lastIndex(of: 0x0A) { return newline + 1 }
        return self.boundary(most, in: bytes)
    }

    private static func most(of bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ query: NotePartQuery) -> Int {
        let most = range.lowerBound + min(range.count, query.maxBytes)
        guard most - range.lowerBound > query.maxEscapedBytes / self.mostEscaped else { return most }
        var left = query.maxEscapedBytes
        for index in range.lowerBound..<most {
            left -= JSONWriter.escapedLength(of: bytes[index])
            if left < 0 { return index }
        }
        return most
    }
}
