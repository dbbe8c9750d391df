import Encodings

/// Hints about a tool's effects, for clients that ask their user first.
public struct ToolAnnotations: Sendable, Hashable {
    /// The tool changes nothing.
    public let readOnly: Bool
    /// The tool may delete or overwrite data.
    public let destructive: Bool
    /// Repeating a call has no further effect.
    public let idempotent: Bool
    /// The tool accesses systems other than this server.
    public let openWorld: Bool

    /// - Note: the defaults are the protocol's.
    public init(readOnly: Bool, destructive: Bool = true, idempotent: Bool = false, openWorld: Bool = true) {
        self.readOnly = readOnly
        self.destructive = !readOnly && destructive
        self.idempotent = idempotent
        self.openWorld = openWorld
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("readOnlyHint")
        writer.value(self.readOnly)
        writer.key("destructiveHint")
        writer.value(self.destructive)
        writer.key("idempotentHint")
        writer.value(self.idempotent)
        writer.key("openWorldHint")
        writer.value(self.openWorld)
        writer.endObject()
    }
}
