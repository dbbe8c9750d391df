extension JSONParser {
    /// Parses a string, from its opening quote to past its closing one.
    mutating func string() throws(JSONError) -> String {
        self.position += 1
        let start = self.position
        self.skipPlain()
        guard self.position < self.bytes.count else { throw self.error("A string without end") }
        switch self.bytes[self.position] {
        case UInt8(ascii: "\""):
            let text = try Self.text(UnsafeBufferPointer(rebasing: self.bytes[start..<self.position]), at: start)
            self.position += 1
            return text
        case UInt8(ascii: "\\"): return try self.escapedString(from: start)
        default: throw self.error("A control character in a string")
        }
    }

    /// Skips characters that need no decoding.
    private mutating func skipPlain() {
        var position = self.position
        while position < self.bytes.count {
            let byte = self.bytes[position]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            position += 1
        }
        self.position = position
    }

    /// Decodes UTF-8.
    ///
    /// `String(validating:)` checks byte by byte. Decoding with repairs is several times faster, and repaired text
    /// differs from its bytes.
    private static func text(_ utf8: UnsafeBufferPointer<UInt8>, at offset: Int) throws(JSONError) -> String {
        var text = String(decoding: utf8, as: UTF8.self)
        let isSame = text.withUTF8 { decoded in
            guard decoded.count == utf8.count else { return false }
            var difference: UInt8 = 0
            for index in 0..<utf8.count { difference |= decoded[index] ^ utf8[index] }
            return difference == 0
        }
        guard isSame else { throw JSONError("A string is not UTF-8", at: offset) }
        return text
    }

    /// Parses the rest of a string with escapes, whose first part begins at `start`.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var plain = Array(self.bytes[start..<self.position])
        while self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            switch byte {
            case UInt8(ascii: "\""):
                self.position += 1
                return try Self.text(plain, at: start)
            case UInt8(ascii: "\\"):
                self.position += 1
                try self.unescape(into: &plain)
            case 0..<0x20: throw self.error("A control character in a string")
            default:
                let run = self.position
                self.skipPlain()
                plain.append(contentsOf: self.bytes[run..<self.position])
            }
        }
        throw self.error("A string without end")
    }

    private static func text(_ utf8: [UInt8], at offset: Int) throws(JSONError) -> String {
        let result = utf8.withUnsafeBufferPointer { utf8 -> Result<String, JSONError> in
            do throws(JSONError) {
                return .success(try Self.text(utf8, at: offset))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func unescape(into plain: inout [UInt8]) throws(JSONError) {
        let escape = self.current
        self.position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(escape)
        case UInt8(ascii: "b"): plain.append(0x08)
        case UInt8(ascii: "f"): plain.append(0x0C)
        case UInt8(ascii: "n"): plain.append(0x0A)
        case UInt8(ascii: "r"): plain.append(0x0D)
        case UInt8(ascii: "t"): plain.append(0x09)
        case UInt8(ascii: "u"): plain.append(contentsOf: String(Character(try self.scalar())).utf8)
        default:
            self.position -= 1
            throw self.error("An unknown escape")
        }
    }

    /// Parses `\uXXXX`, or a pair of surrogates.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let start = self.position
        let first = try self.hex()
        var code = UInt32(first)
        if (0xD800..<0xDC00).contains(first) {
            guard self.current == UInt8(ascii: "\\") else { throw JSONError("Half a surrogate pair", at: start) }
            self.position += 1
            guard self.current == UInt8(ascii: "u") else { throw JSONError("Half a surrogate pair", at: start) }
            self.position += 1
            let second = try self.hex()
            guard (0xDC00..<0xE000).contains(second) else { throw JSONError("Half a surrogate pair", at: start) }
            code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw JSONError("Half a surrogate pair", at: start) }
        return scalar
    }

    private mutating func hex() throws(JSONError) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            let byte = self.current
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw self.error("Expected four hex digits")
            }
            code = code << 4 | UInt16(digit)
            self.position += 1
        }
        return code
    }
}
