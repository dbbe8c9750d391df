import Encodings

/// A piece of a tool's result.
public enum ContentBlock: Sendable, Hashable {
    /// Text.
    case text(String)
    /// Text that is JSON, encoded already.
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
