/// A value in a note's frontmatter.
public indirect enum FrontmatterValue: Sendable, Hashable {
    /// No value.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number with a fraction or an exponent.
    case number(Double)
    /// A text; dates are texts.
    case string(String)
    /// A list.
    case array([FrontmatterValue])
    /// Keys and values.
    case object(FrontmatterObject)
}

extension FrontmatterValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByNilLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes a text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Makes a whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Makes a number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// Makes a list.
    public init(arrayLiteral elements: FrontmatterValue...) { self = .array(elements) }
    /// Makes no value.
    public init(nilLiteral: ()) { self = .null }
    /// Makes keys and values.
    public init(dictionaryLiteral elements: (String, FrontmatterValue)...) {
        var object = FrontmatterObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}
