public import Encodings
import MCPCore

/// The arguments of a call, already checked against the tool's input schema.
public struct ToolArguments: Sendable {
    /// The arguments as they came.
    public let values: JSONObject

    /// Wraps arguments that have been checked.
    public init(_ values: JSONObject) {
        self.values = values
    }

    /// A string that the schema requires.
    ///
    /// - Throws: ``ToolFailure`` with `validation_error` when it is missing.
    public func string(_ name: String) throws -> String {
        guard let value = self.values[name]?.stringValue else {
            throw ToolFailure(code: "validation_error", message: "The argument '\(name)' is missing.")
        }
        return value
    }

    /// A string that may be left out, or be null.
    public func optionalString(_ name: String) -> String? {
        self.values[name]?.stringValue
    }

    /// A whole number that may be left out.
    public func optionalInteger(_ name: String) -> Int? {
        self.values[name]?.intValue
    }

    /// An object that may be left out.
    public func optionalObject(_ name: String) -> JSONObject? {
        self.values[name]?.objectValue
    }

    /// An array of strings, empty when it is left out.
    public func strings(_ name: String) -> [String] {
        (self.values[name]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
