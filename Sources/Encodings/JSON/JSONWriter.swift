/// Writes JSON piece by piece into bytes, without building a tree.
///
/// Commas are added automatically; closing objects and arrays, and values after keys, are up to the caller.
public struct JSONWriter: Sendable {
    /// The JSON written so far.
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    /// - Parameter capacity: bytes to reserve.
    public init(capacity: Int = 256) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity)
    }

    /// A position to rewind to.
    package struct Mark: Sendable {
        fileprivate let count: Int
        fileprivate let needsComma: Bool
    }

    /// The current position.
    package var mark: Mark { Mark(count: self.bytes.count, needsComma: self.needsComma) }

    /// Removes what was written since the mark was taken.
    package mutating func rewind(to mark: Mark) {
        self.bytes.removeSubrange(mark.count...)
        self.needsComma = mark.needsComma
    }

    /// The bytes that a byte of a string takes once it is escaped.
    package static func escapedLength(of byte: UInt8) -> Int { 1 + self.escapeLength(byte) }

    /// Writes `{`.
    public mutating func beginObject() {
        self.separate()
        self.bytes.append(UInt8(ascii: "{"))
        self.needsComma = false
    }

    /// Writes `}`.
    public mutating func endObject() {
        self.bytes.append(UInt8(ascii: "}"))
        self.needsComma = true
    }

    /// Writes `[`.
    public mutating func beginArray() {
        self.separate()
        self.bytes.append(UInt8(ascii: "["))
        self.needsComma = false
    }

    /// Writes `]`.
    public mutating func endArray() {
        self.bytes.append(UInt8(ascii: "]"))
        self.needsComma = true
    }

    /// Writes a key that needs no escapes.
    public mutating func key(_ key: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// Writes a key that may need escapes.
    @_disfavoredOverload
    public mutating func key(_ key: String) {
        self.value(key)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// Writes a string.
    public mutating func value(_ text: String) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { self.escape($0) }
        self.bytes.append(UInt8(ascii: "\""))
        self.needsComma = true
    }

    /// Writes UTF-8 bytes as one string, such as JSON that is to be mirrored as text.
    public mutating func stringValue(ofUTF8 utf8: [UInt8]) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        utf8.withUnsafeBufferPointer { self.escape($0) }
        self.bytes.append(UInt8(ascii: "\""))
        self.needsComma = true
    }

    /// Writes a whole number.
    public mutating func value(_ number: Int) {
        self.value(Int64(number))
    }

    /// Writes a whole number.
    public mutating func value(_ number: Int64) {
        self.separate()
        self.digits(number)
        self.needsComma = true
    }

    /// Writes a number that parses to the same value: whole ones keep their `.0`, infinities and NaN become `null`.
    public mutating func value(_ number: Double) {
        guard number.isFinite else {
            self.null()
            return
        }
        self.separate()
        self.bytes.append(contentsOf: number.description.utf8)
        self.needsComma = true
    }

    /// Writes `true` or `false`.
    public mutating func value(_ flag: Bool) {
        self.separate()
        self.bytes.append(contentsOf: flag ? "true".utf8 : "false".utf8)
        self.needsComma = true
    }

    /// Writes `null`.
    public mutating func null() {
        self.separate()
        self.bytes.append(contentsOf: "null".utf8)
        self.needsComma = true
    }

    /// Writes a whole tree.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: self.null()
        case .bool(let flag): self.value(flag)
        case .integer(let number): self.value(number)
        case .number(let number): self.value(number)
        case .string(let text): self.value(text)
        case .array(let elements):
            self.beginArray()
            for element in elements { self.value(element) }
            self.endArray()
        case .object(let fields):
            self.beginObject()
            for (key, value) in fields {
                self.key(key)
                self.value(value)
            }
            self.endObject()
        }
    }

    /// Writes bytes that must be one JSON value; they are not validated.
    public mutating func raw(_ json: [UInt8]) {
        self.separate()
        self.bytes.append(contentsOf: json)
        self.needsComma = true
    }

    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func digits(_ number: Int64) {
        if (0..<10).contains(number) {
            self.bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { text in
            var start = text.count  // bounded: 20 bytes
            var rest = number.magnitude
            repeat {
                start -= 1
                text[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                start -= 1
                text[start] = UInt8(ascii: "-")
            }
            self.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        }
    }

    /// Copies bytes that need no escape at once; else reserves space for all escapes and writes byte by byte.
    private mutating func escape(_ utf8: UnsafeBufferPointer<UInt8>) {
        var more = 0
        for byte in utf8 { more &+= Self.escapeLength(byte) }
        guard more > 0 else {
            self.bytes.append(contentsOf: utf8)
            return
        }
        let start = self.bytes.count
        self.bytes.append(contentsOf: repeatElement(0, count: utf8.count + more))
        self.bytes.withUnsafeMutableBufferPointer { bytes in
            var position = start
            for byte in utf8 {
                if Self.escapeLength(byte) == 0 {
                    bytes[position] = byte
                    position &+= 1
                } else {
                    position = Self.escape(byte, into: bytes, at: position)
                }
            }
        }
    }

    /// Bytes that escaping adds.
    @inline(__always)
    private static func escapeLength(_ byte: UInt8) -> Int {
        switch byte {
        case 0x20, 0x21, 0x23..<0x5C, 0x5D...0xFF: return 0
        case 0x09, 0x0A, 0x0D, 0x22, 0x5C: return 1
        default: return 5
        }
    }

    private static func escape(_ byte: UInt8, into bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
        bytes[start] = UInt8(ascii: "\\")
        switch byte {
        case 0x0A: bytes[start + 1] = UInt8(ascii: "n")
        case 0x0D: bytes[start + 1] = UInt8(ascii: "r")
        case 0x09: bytes[start + 1] = UInt8(ascii: "t")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes[start + 1] = byte
        default:
            let digits: StaticString = "0123456789abcdef"
            bytes[start + 1] = UInt8(ascii: "u")
            bytes[start + 2] = UInt8(ascii: "0")
            bytes[start + 3] = UInt8(ascii: "0")
            bytes[start + 4] = digits.utf8Start[Int(byte >> 4)]
            bytes[start + 5] = digits.utf8Start[Int(byte & 15)]
            return start + 6
        }
        return start + 2
    }
}
