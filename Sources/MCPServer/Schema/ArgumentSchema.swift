import Encodings
import MCPCore

/// The subset of JSON Schema 2020-12 that describes this server's tool arguments, compiled once.
///
/// Validates `type`, `properties`, `required`, `additionalProperties` (true or false), `items`, `enum`, `minimum`,
/// `maximum`, `minLength`, `maxLength`, `maxItems`; ignores `title`, `description`, `default`, `examples` and `format`.
/// Registering a tool with any other keyword fails, so that no schema promises what is not checked.
struct ArgumentSchema: Sendable {
    enum Kind: String, Sendable {
        case string, integer, number, boolean, array, object, null
    }

    var kinds: [Kind] = []
    var properties: [String: ArgumentSchema] = [:]
    var required: [String] = []
    var allowsOthers = true
    var items: [ArgumentSchema] = []
    var choices: [JSONValue] = []
    var minimum: Double?
    var maximum: Double?
    var minimumLength: Int?
    var maximumLength: Int?
    var maximumItems: Int?

    init(compiling schema: JSONValue) throws {
        guard case .object(let keywords) = schema else { throw SchemaError("A schema is not an object.") }
        for (keyword, value) in keywords { try self.compile(keyword, value) }
    }

    private mutating func compile(_ keyword: String, _ value: JSONValue) throws {
        switch keyword {
        case "type": self.kinds = try Self.kinds(value)
        case "properties":
            for (name, schema) in value.objectValue ?? [:] {
                self.properties[name] = try ArgumentSchema(compiling: schema)
            }
        case "required": self.required = (value.arrayValue ?? []).compactMap(\.stringValue)
        case "additionalProperties":
            guard let allowed = value.boolValue else { throw SchemaError("'additionalProperties' is not a boolean.") }
            self.allowsOthers = allowed
        case "items": self.items = [try ArgumentSchema(compiling: value)]
        case "enum": self.choices = value.arrayValue ?? []
        case "minimum": self.minimum = value.doubleValue
        case "maximum": self.maximum = value.doubleValue
        case "minLength": self.minimumLength = value.intValue
        case "maxLength": self.maximumLength = value.intValue
        case "maxItems": self.maximumItems = value.intValue
        case "title", "description", "default", "examples", "format", "$schema": break
        default: throw SchemaError("The schema keyword '\(keyword)' is not checked by this server.")
        }
    }

    private static func kinds(_ value: JSONValue) throws -> [Kind] {
        let names = value.stringValue.map { [$0] } ?? (value.arrayValue ?? []).compactMap(\.stringValue)
        return try names.map { name in
            guard let kind = Kind(rawValue: name) else { throw SchemaError("The schema type '\(name)' is unknown.") }
            return kind
        }
    }
}
