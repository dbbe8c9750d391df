/// Reads one JSON object strictly, as headers and claims of tokens are (RFC 7519, section 7.2).
///
/// A name that is there twice is refused, whichever way it is spelled; values that no claim read here may have are
/// stepped over, with bounds.
struct ClaimScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Why bytes are no such object.
    struct Failure: Error {}

    private static let deepest = 8

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The members of the one object in the bytes.
    static func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) -> [(name: String, value: ClaimValue)] {
        var scanner = ClaimScanner(bytes)
        scanner.skipSpace()
        let members = try scanner.object()
        scanner.skipSpace()
        guard scanner.position == bytes.count else { throw Failure() }
        return members
    }

    private mutating func object() throws(Failure) -> [(name: String, value: ClaimValue)] {
        try self.expect(UInt8(ascii: "{"))
        var members: [(name: String, value: ClaimValue)] = []
        self.skipSpace()
        if self.take(UInt8(ascii: "}")) { return members }
        while true {
            let name = try self.string()
            guard !members.contains(where: { $0.name == name }), members.count < 64 else { throw Failure() }
            self.skipSpace()
            try self.expect(UInt8(ascii: ":"))
            members.append((name, try self.value(depth: 0)))
            self.skipSpace()
            if self.take(UInt8(ascii: "}")) { return members }
            try self.expect(UInt8(ascii: ","))
            self.skipSpace()
        }
    }

    private mutating func value(depth: Int) throws(Failure) -> ClaimValue {
        self.skipSpace()
        switch self.current {
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "["): return try self.array(depth: depth)
        case UInt8(ascii: "{"):
            guard depth < Self.deepest else { throw Failure() }
            try self.skipObject(depth: depth + 1)
            return .other
        case UInt8(ascii: "t"): return try self.word("true")
        case UInt8(ascii: "f"): return try self.word("false")
        case UInt8(ascii: "n"): return try self.word("null")
        default: return .number(try self.number())
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> ClaimValue {
        guard depth < Self.deepest else { throw Failure() }
        try self.expect(UInt8(ascii: "["))
        var texts: [String] = []
        var isText = true
        self.skipSpace()
        if self.take(UInt8(ascii: "]")) { return .strings([]) }
        while true {
            if case .string(let text) = try self.value(depth: depth + 1) { texts.append(text) } else { isText = false }
            self.skipSpace()
            if self.take(UInt8(ascii: "]")) { return isText ? .strings(texts) : .other }
            try self.expect(UInt8(ascii: ","))
        }
    }

    private mutating func skipObject(depth: Int) throws(Failure) {
        try self.expect(UInt8(ascii: "{"))
        self.skipSpace()
        if self.take(UInt8(ascii: "}")) { return }
        while true {
            self.skipSpace()
            _ = try self.string()
            self.skipSpace()
            try self.expect(UInt8(ascii: ":"))
            _ = try self.value(depth: depth)
            self.skipSpace()
            if self.take(UInt8(ascii: "}")) { return }
            try self.expect(UInt8(ascii: ","))
        }
    }

    private mutating func word(_ word: StaticString) throws(Failure) -> ClaimValue {
        for offset in 0..<word.utf8CodeUnitCount { try self.expect(word.utf8Start[offset]) }
        return .other
    }

    /// The byte at the position, or 0 at the end: no JSON text has a 0 outside strings.
    private var current: UInt8 { self.position < self.bytes.count ? self.bytes[self.position] : 0 }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.position < self.bytes.count, self.bytes[self.position] == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(Failure) {
        guard self.take(byte) else { throw Failure() }
    }

    private mutating func skipSpace() {
        while self.position < self.bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(self.bytes[self.position]) {
            self.position += 1
        }
    }

    private mutating func number() throws(Failure) -> Double {
        let start = self.position
        _ = self.take(UInt8(ascii: "-"))
        let first = self.position
        try self.digits()
        // JSON has no leading zeros.
        guard self.position == first + 1 || self.bytes[first] != UInt8(ascii: "0") else { throw Failure() }
        if self.take(UInt8(ascii: ".")) { try self.digits() }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        let text = String(decoding: self.bytes[start..<self.position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw Failure() }
        return number
    }

    private mutating func digits() throws(Failure) {
        let start = self.position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self.current) { self.position += 1 }
        guard self.position > start else { throw Failure() }
    }

    private mutating func string() throws(Failure) -> String {
        try self.expect(UInt8(ascii: "\""))
        let start = self.position
        while self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            if byte == UInt8(ascii: "\"") {
                let plain = UnsafeBufferPointer(rebasing: self.bytes[start..<self.position])
                self.position += 1
                guard let text = String(validating: plain, as: UTF8.self) else { throw Failure() }
                return text
            }
            if byte == UInt8(ascii: "\\") { return try self.escapedString(from: start) }
            guard byte >= 0x20 else { throw Failure() }
            self.position += 1
        }
        throw Failure()
    }

    private mutating func escapedString(from start: Int) throws(Failure) -> String {
        var plain = Array(self.bytes[start..<self.position])
        while self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            self.position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: plain, as: UTF8.self) else { throw Failure() }
                return text
            case UInt8(ascii: "\\"): try self.unescape(into: &plain)
            case 0..<0x20: throw Failure()
            default: plain.append(byte)
            }
        }
        throw Failure()
    }

    private mutating func unescape(into plain: inout [UInt8]) throws(Failure) {
        let escape = self.current
        self.position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(escape)
        case UInt8(ascii: "b"): plain.append(0x08)
        case UInt8(ascii: "f"): plain.append(0x0C)
        case UInt8(ascii: "n"): plain.append(0x0A)
        case UInt8(ascii: "r"): plain.append(0x0D)
        case UInt8(ascii: "t"): plain.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try self.hex())
            if (0xD800..<0xDC00).contains(code) {
                try self.expect(UInt8(ascii: "\\"))
                try self.expect(UInt8(ascii: "u"))
                let low = UInt32(try self.hex())
                guard (0xDC00..<0xE000).contains(low) else { throw Failure() }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw Failure() }
            plain.append(contentsOf: String(Character(scalar)).utf8)
        default: throw Failure()
        }
    }

    private mutating func hex() throws(Failure) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(self.current)).hexDigitValue, self.current < 0x80 else {
                throw Failure()
            }
            code = code << 4 | UInt16(digit)
            self.position += 1
        }
        return code
    }
}
