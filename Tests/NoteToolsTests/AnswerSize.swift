import Encodings
import Testing

/// What an answer takes, as the bound counts it.
struct AnswerSize {
    static let limit = 60_000

    /// Whether an answer keeps to the bound.
    static func check(_ body: [UInt8], _ call: String) throws -> JSONValue {
        let result = try #require(try JSONParser.parse(body)["result"])
        let texts = result["content"]?.arrayValue?.compactMap { $0["text"]?.stringValue?.utf8.count } ?? []
        let structured = result["structuredContent"].map { Self.unescaped($0) } ?? 0
        #expect(texts.allSatisfy { $0 <= Self.limit }, "\(call): \(texts)")
        #expect(structured <= Self.limit, "\(call): \(structured)")
        #expect(body.count <= 6 * Self.limit, "\(call): \(body.count)")
        return result
    }

    /// The bytes of a value as JSON, without what escapes add.
    private static func unescaped(_ value: JSONValue) -> Int {
        switch value {
        case .null, .bool: return 5
        case .integer(let number): return "\(number)".utf8.count
        case .number(let number): return "\(number)".utf8.count
        case .string(let text): return text.utf8.count + 2
        case .array(let elements): return elements.reduce(2) { $0 + Self.unescaped($1) + 1 }
        case .object(let fields): return fields.reduce(2) { $0 + $1.key.utf8.count + Self.unescaped($1.value) + 4 }
        }
    }
}
