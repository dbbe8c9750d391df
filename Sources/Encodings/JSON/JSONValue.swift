/// A JSON value (RFC 8259) that keeps integers and the order of fields.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)
}

extension JSONValue {
    /// `nil` for other types.
    public var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// `nil` for other types and numbers with a fraction; `2.0` is 2.
    public var intValue: Int? {
        switch self {
        case .integer(let number): return Int(exactly: number)
        case .number(let number): return Int(exactly: number)
        default: return nil
        }
    }

    /// `nil` for other types; integers are converted.
    public var doubleValue: Double? {
        switch self {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        default: return nil
        }
    }

    /// `nil` for other types, numbers included.
    public var boolValue: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    /// `nil` for other types.
    public var arrayValue: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// `nil` for other types.
    public var objectValue: JSONObject? {
        guard case .object(let fields) = self else { return nil }
        return fields
    }

    /// `nil` for other types and missing fields.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let fields) = self else { return nil }
        return fields[key]
    }
}
