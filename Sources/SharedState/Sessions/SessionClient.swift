/// What a client declared when it opened a session.
package struct SessionClient: Sendable, Hashable {
    /// The negotiated protocol revision, such as `2025-11-25`.
    package let revision: String
    /// `clientInfo.name`.
    package let name: String
    /// `clientInfo.version`.
    package let version: String
    /// The client's capabilities as JSON text.
    package let capabilities: String
    /// The id of the token that opened the session.
    package let tokenID: String

    /// Cuts name and version to 200 characters, and replaces capabilities past 16 KiB by none.
    package init(revision: String, name: String, version: String, capabilities: String, tokenID: String) {
        self.revision = revision
        self.name = String(name.prefix(200))
        self.version = String(version.prefix(200))
        self.capabilities = capabilities.utf8.count <= 16384 ? capabilities : "{}"
        self.tokenID = tokenID
    }
}
