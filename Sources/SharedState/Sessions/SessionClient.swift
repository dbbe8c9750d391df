import Encodings

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
    /// The id that revokes the token with which the session was opened.
    package let credentialID: String

    /// Cuts name and version to 200 bytes, and replaces capabilities past 16 KiB by none.
    package init(revision: String, name: String, version: String, capabilities: String, credentialID: String) {
        self.revision = revision
        self.name = name.prefix(bytes: 200)
        self.version = version.prefix(bytes: 200)
        self.capabilities = capabilities.utf8.count <= 16384 ? capabilities : "{}"
        self.credentialID = credentialID
    }
}
