public import Encodings
import MCPCore

/// A tool call that failed in a way the caller can understand and mend.
///
/// The client gets it as a result with `isError`, so that the model reads what to do next.
public struct ToolFailure: Error, Sendable {
    /// A short name of the failure, such as `not_found`.
    public let code: String
    /// What went wrong.
    public let message: String
    /// What to do about it.
    public let hint: String?
    /// Further fields of the answer.
    public let details: JSONObject
    /// What happened that an operator will want to know.
    public let events: [ToolEvent]

    /// Describes a failure.
    public init(
        code: String,
        message: String,
        hint: String? = nil,
        details: JSONObject = [:],
        events: [ToolEvent] = []
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.details = details
        self.events = events
    }

    /// The failure as the result of the call.
    func result() -> ToolCallResult {
        var fields: JSONObject = ["error": .string(self.code), "message": .string(self.message)]
        if let hint = self.hint { fields["hint"] = .string(hint) }
        for (key, value) in self.details { fields[key] = value }
        var writer = JSONWriter()
        writer.value(.object(fields))
        let text = self.hint.map { "\(self.code): \(self.message)\n\($0)" } ?? "\(self.code): \(self.message)"
        return ToolCallResult(content: [.text(text)], structuredContent: writer.bytes, isError: true)
    }
}
