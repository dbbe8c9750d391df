/// Where the lines of a text begin.
struct LineIndex: Sendable {
    /// The offset of every line's first byte, and the text's length at the end.
    let starts: [Int]

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var starts = [0]
        for index in bytes.indices where bytes[index] == 0x0A { starts.append(index + 1) }
        // A text that ends with a line's end has no line behind it.
        if starts.last != bytes.count || bytes.isEmpty { starts.append(bytes.count) }
        self.starts = starts
    }

    var count: Int { self.starts.count - 1 }

    /// The bytes of a line, from 0, with its end.
    subscript(line: Int) -> Range<Int> { self.starts[line]..<self.starts[line + 1] }

    /// The line, from 0, that an offset is in.
    func line(of offset: Int) -> Int {
        var low = 0
        var high = self.starts.count - 1
        while low + 1 < high {
            let middle = (low + high) / 2
            if self.starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
