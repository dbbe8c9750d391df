public import Encodings

/// What a server answers to `initialize`.
public struct InitializeResult: Sendable, Hashable {
    /// The revision that will be spoken.
    public let revision: ProtocolRevision
    /// What the server can do.
    public let capabilities: JSONObject
    /// What it is.
    public let serverInfo: Implementation
    /// What a model should know of it.
    public let instructions: String?

    /// Describes an answer.
    public init(
        revision: ProtocolRevision,
        capabilities: JSONObject,
        serverInfo: Implementation,
        instructions: String?
    ) {
        self.revision = revision
        self.capabilities = capabilities
        self.serverInfo = serverInfo
        self.instructions = instructions
    }

    /// Writes the result as its revision has it.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("protocolVersion")
        writer.value(self.revision.rawValue)
        writer.key("capabilities")
        writer.value(.object(self.capabilities))
        writer.key("serverInfo")
        writer.beginObject()
        writer.key("name")
        writer.value(self.serverInfo.name)
        if let title = self.serverInfo.title, self.revision.hasTitles {
            writer.key("title")
            writer.value(title)
        }
        writer.key("version")
        writer.value(self.serverInfo.version)
        writer.endObject()
        if let instructions = self.instructions {
            writer.key("instructions")
            writer.value(instructions)
        }
        writer.endObject()
    }
}
