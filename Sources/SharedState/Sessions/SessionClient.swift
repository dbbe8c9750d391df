/// What a client said of itself when it opened a session.
public struct SessionClient: Sendable, Hashable {
    /// The negotiated protocol revision, such as `2025-11-25`.
    public let revision: String
    /// `clientInfo.name`.
    public let name: String
    /// `clientInfo.version`.
    public let version: String
    /// The client's capabilities as JSON text.
    public let capabilities: String
    /// The id of the token that opened the session.
    public let tokenID: String

    /// Describes a client; name and version are cut to 200 characters, capabilities to none past 16 KiB.
    public init(revision: String, name: String, version: String, capabilities: String, tokenID: String) {
        self.revision = revision
        self.name = String(name.prefix(200))
        self.version = String(version.prefix(200))
        self.capabilities = capabilities.utf8.count <= 16384 ? capabilities : "{}"
        self.tokenID = tokenID
    }
}
