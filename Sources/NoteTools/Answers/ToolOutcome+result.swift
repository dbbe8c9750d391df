import MCPCore
import MCPServer

extension ToolOutcome {
    /// A structured result with a text other than the JSON that results mirror as text.
    ///
    /// - Parameters:
    ///   - structured: encoded JSON.
    ///   - text: for clients that read only text; the JSON itself by default.
    static func result(_ structured: [UInt8], text: String? = nil, events: [ToolEvent] = []) -> ToolOutcome {
        let content: ContentBlock = text.map { .text($0) } ?? .json(structured)
        return ToolOutcome(
            ToolCallResult(content: [content], structuredContent: structured, isError: false),
            events: events
        )
    }
}
