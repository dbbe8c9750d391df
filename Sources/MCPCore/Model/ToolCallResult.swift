public import Encodings

/// The result of `tools/call`.
public struct ToolCallResult: Sendable, Hashable {
    /// For models and for clients that read only text.
    public let content: [ContentBlock]
    /// For programs: one encoded JSON object.
    public let structuredContent: [UInt8]?
    /// Whether the call failed in a way the model can correct.
    public let isError: Bool

    package init(content: [ContentBlock], structuredContent: [UInt8]?, isError: Bool) {
        self.content = content
        self.structuredContent = structuredContent
        self.isError = isError
    }

    /// Writes the result in a revision's form.
    ///
    /// Structured content is sent in every revision: revisions that lack the field ignore it, and clients of the oldest
    /// revision read it nevertheless.
    ///
    /// - Parameter meta: the result's `_meta`, one encoded JSON object.
    public func write(to writer: inout JSONWriter, for revision: ProtocolRevision, meta: [UInt8]? = nil) {
        writer.beginObject()
        writer.key("content")
        writer.beginArray()
        for block in self.content { block.write(to: &writer) }
        writer.endArray()
        if let structured = self.structuredContent {
            writer.key("structuredContent")
            writer.raw(structured)
        }
        writer.key("isError")
        writer.value(self.isError)
        if let meta {
            writer.key("_meta")
            writer.raw(meta)
        }
        writer.endObject()
    }
}
