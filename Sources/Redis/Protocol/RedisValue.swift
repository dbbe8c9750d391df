/// A reply; types that RESP3 adds are mapped to their RESP2 equivalents.
package enum RedisValue: Sendable, Hashable {
    case null
    case integer(Int64)
    /// A bulk string.
    case bytes([UInt8])
    /// Such as `OK`.
    case status(String)
    case error(String)
    case array([RedisValue])

    /// The text of bytes or of a status; invalid UTF-8 is replaced by U+FFFD.
    package var text: String? {
        switch self {
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .status(let text): return text
        default: return nil
        }
    }

    /// The integer, also from decimal text.
    package var integerValue: Int64? {
        switch self {
        case .integer(let number): return number
        case .bytes(let bytes): return Int64(String(decoding: bytes, as: UTF8.self))
        default: return nil
        }
    }

    package var elements: [RedisValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }
}
