package import Identity

/// A token to be issued.
package struct TokenRequest: Sendable {
    package let user: UserID
    /// What the user sees in the list of tokens.
    package let name: String
    package let scopes: ScopeSet
    /// The folders it is restricted to; `nil` for the whole vault.
    package let folders: [String]?
    package let lifetime: Duration
    package let clientID: String?

    package init(
        user: UserID,
        name: String,
        scopes: ScopeSet,
        folders: [String]? = nil,
        lifetime: Duration,
        clientID: String? = nil
    ) {
        self.user = user
        self.name = name
        self.scopes = scopes
        self.folders = folders
        self.lifetime = lifetime
        self.clientID = clientID
    }
}
