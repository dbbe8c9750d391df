public import Encodings

/// The result of `initialize`.
public struct InitializeResult: Sendable, Hashable {
    /// The negotiated revision.
    public let revision: ProtocolRevision
    /// The server's capabilities.
    public let capabilities: JSONObject
    /// The server's name and version.
    public let serverInfo: Implementation
    /// Instructions for the model.
    public let instructions: String?

    package init(
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

    /// Writes the result in its revision's form.
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
