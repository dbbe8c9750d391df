import Encodings
import MCPCore
import Vault

extension FrontmatterObject {
    /// The metadata that a caller sent as JSON.
    init(_ object: JSONObject) {
        self.init()
        for (key, value) in object { self[key] = FrontmatterValue(value) }
    }
}

extension FrontmatterValue {
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { FrontmatterValue($0) })
        case .object(let object): self = .object(FrontmatterObject(object))
        }
    }
}
