/// Parses JSON strictly (RFC 8259): UTF-8 only, one value, no duplicate keys.
public struct JSONParser {
    /// The deepest nesting allowed.
    public static let deepest = 64
    /// The most values in a text, keys not counted: a value takes many times the memory of its text.
    public static let mostValues = 100_000

    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    private let deepest: Int
    private var depth = 0
    private var count = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, deepest: Int) {
        self.bytes = bytes
        self.deepest = deepest
    }

    /// The one value in the bytes.
    ///
    /// - Parameter deepest: how deep values may be nested.
    /// - Throws: ``JSONError`` saying what is wrong and where.
    public static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        deepest: Int = JSONParser.deepest
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes, deepest: deepest)
        parser.skipSpace()
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.error("Unexpected text after the value") }
        return value
    }

    /// The one value in the bytes.
    ///
    /// - Throws: ``JSONError`` saying what is wrong and where.
    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, JSONError> in
            do throws(JSONError) {
                return .success(try Self.parse(buffer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func error(_ message: String) -> JSONError {
        JSONError(message, at: self.position)
    }

    /// The next byte, or 0 at the end: no JSON text has a 0 outside of strings.
    var current: UInt8 {
        self.position < self.bytes.count ? self.bytes[self.position] : 0
    }

    mutating func skipSpace() {
        while self.position < self.bytes.count {
            switch self.bytes[self.position] {
            case 0x20, 0x0A, 0x0D, 0x09: self.position += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        self.count += 1
        guard self.count <= Self.mostValues else { throw self.error("More than \(Self.mostValues) values") }
        switch self.current {
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "{"): return .object(try self.object())
        case UInt8(ascii: "["): return .array(try self.array())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        default:
            throw self.error(self.position < self.bytes.count ? "Unexpected character" : "Unexpected end")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        guard self.position + length <= self.bytes.count else { throw self.error("Unexpected end") }
        for offset in 0..<length where self.bytes[self.position + offset] != word.utf8Start[offset] {
            throw self.error("Unexpected character")
        }
        self.position += length
        return value
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try self.descend()
        var fields = JSONObject()
        self.skipSpace()
        if self.current == UInt8(ascii: "}") {
            self.ascend()
            return fields
        }
        while true {
            guard self.current == UInt8(ascii: "\"") else { throw self.error("Expected a key") }
            let start = self.position
            let key = try self.string()
            self.skipSpace()
            guard self.current == UInt8(ascii: ":") else { throw self.error("Expected ':'") }
            self.position += 1
            self.skipSpace()
            let value = try self.value()
            guard fields.insert(key, value) else { throw JSONError("A key is there twice", at: start) }
            self.skipSpace()
            if try self.isLast(UInt8(ascii: "}")) { return fields }
        }
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try self.descend()
        var elements: [JSONValue] = []
        self.skipSpace()
        if self.current == UInt8(ascii: "]") {
            self.ascend()
            return elements
        }
        while true {
            elements.append(try self.value())
            self.skipSpace()
            if try self.isLast(UInt8(ascii: "]")) { return elements }
        }
    }

    /// Skips the separator between two elements, or the closing `end`.
    private mutating func isLast(_ end: UInt8) throws(JSONError) -> Bool {
        if self.current == end {
            self.ascend()
            return true
        }
        guard self.current == UInt8(ascii: ",") else {
            throw self.error(self.position < self.bytes.count ? "Expected ',' or an end" : "Unexpected end")
        }
        self.position += 1
        self.skipSpace()
        return false
    }

    private mutating func descend() throws(JSONError) {
        guard self.depth < self.deepest else { throw self.error("Nested deeper than \(self.deepest)") }
        self.depth += 1
        self.position += 1
    }

    private mutating func ascend() {
        self.depth -= 1
        self.position += 1
    }
}
