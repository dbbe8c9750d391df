public import Encodings
import MCPCore

/// The arguments of a call, validated against the tool's input schema.
public struct ToolArguments: Sendable {
    /// As the client sent them.
    public let values: JSONObject

    /// - Parameter values: validated arguments.
    public init(_ values: JSONObject) {
        self.values = values
    }

    /// A required string.
    ///
    /// - Throws: ``ToolFailure`` with `validation_error` when it is missing.
    public func string(_ name: String) throws -> String {
        guard let value = self.values[name]?.stringValue else {
            throw ToolFailure(code: "validation_error", message: "The argument '\(name)' is missing.")
        }
        return value
    }

    /// `nil` where it is missing or `null`.
    public func optionalString(_ name: String) -> String? {
        self.values[name]?.stringValue
    }

    /// `nil` where it is missing or `null`.
    public func optionalInteger(_ name: String) -> Int? {
        self.values[name]?.intValue
    }

    /// `nil` where it is missing or `null`.
    package func optionalBool(_ name: String) -> Bool? {
        self.values[name]?.boolValue
    }

    /// `nil` where it is missing or `null`.
    public func optionalObject(_ name: String) -> JSONObject? {
        self.values[name]?.objectValue
    }

    /// Empty where it is missing or `null`.
    public func strings(_ name: String) -> [String] {
        (self.values[name]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
