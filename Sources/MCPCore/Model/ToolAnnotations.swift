import Encodings

/// Hints of what a tool does to the world, for clients that ask their user first.
public struct ToolAnnotations: Sendable, Hashable {
    /// It changes nothing.
    public let readOnly: Bool
    /// It may destroy something.
    public let destructive: Bool
    /// Doing it twice is like doing it once.
    public let idempotent: Bool
    /// It reaches beyond this server.
    public let openWorld: Bool

    /// Describes a tool; the defaults are the protocol's.
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
