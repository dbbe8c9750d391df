/// A reply of Redis; what RESP3 adds is read as what RESP2 would have had instead.
public enum RedisValue: Sendable, Hashable {
    /// Nothing.
    case null
    /// A whole number.
    case integer(Int64)
    /// Bytes, most often text.
    case bytes([UInt8])
    /// A short status, such as `OK`.
    case status(String)
    /// An error.
    case error(String)
    /// Several replies.
    case array([RedisValue])

    /// The text of bytes or of a status; bytes that are not UTF-8 are mended.
    public var text: String? {
        switch self {
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .status(let text): return text
        default: return nil
        }
    }

    /// The whole number, also where it stands as text.
    public var integerValue: Int64? {
        switch self {
        case .integer(let number): return number
        case .bytes(let bytes): return Int64(String(decoding: bytes, as: UTF8.self))
        default: return nil
        }
    }

    /// The replies in an array.
    public var elements: [RedisValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }
}
