import MCPCore
import MCPServer

extension ToolOutcome {
    /// A structured result with a text of its own before the JSON that every result mirrors as text.
    ///
    /// - Parameters:
    ///   - structured: the structured content, encoded.
    ///   - text: what a client that reads only text gets to see; without it, the JSON itself.
    static func result(_ structured: [UInt8], text: String? = nil, events: [ToolEvent] = []) -> ToolOutcome {
        let content: ContentBlock = text.map { .text($0) } ?? .json(structured)
        return ToolOutcome(
            ToolCallResult(content: [content], structuredContent: structured, isError: false),
            events: events
        )
    }
}
