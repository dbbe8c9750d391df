public import Encodings
import MCPCore

/// A tool call that failed in a way the caller can correct.
///
/// Sent as a result with `isError`, so that the model reads what to do next.
public struct ToolFailure: Error, Sendable {
    /// Such as `not_found`.
    public let code: String
    /// For the model.
    public let message: String
    /// What the model should do next.
    public let hint: String?
    /// Further fields of the structured content.
    public let details: JSONObject
    /// For the audit trail.
    public let events: [ToolEvent]

    package init(
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
