import Encodings

/// One element of a tool result's `content`.
public enum ContentBlock: Sendable, Hashable {
    /// Plain text.
    case text(String)
    /// Encoded JSON, sent as text.
    case json([UInt8])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        writer.value("text")
        writer.key("text")
        switch self {
        case .text(let text): writer.value(text)
        case .json(let bytes): writer.stringValue(ofUTF8: bytes)
        }
        writer.endObject()
    }
}
