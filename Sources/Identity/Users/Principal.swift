/// Whose request it is, as its verified token says.
public struct Principal: Sendable, Hashable {
    /// The user.
    public let user: UserID
    /// What the token allows.
    public let scopes: ScopeSet
    /// The token's `jti`; its SHA-256 in hex where it has none.
    public let tokenID: String
    /// When it was issued, in seconds since 1970.
    public let issuedAt: Int64?
    /// When it ends, in seconds since 1970.
    public let expiresAt: Int64
    /// The OAuth client it was given to.
    public let clientID: String?
    /// The grant it came from, with which it ends.
    public let grantID: String?
    /// The token that it was refreshed from, at first, with which it ends.
    public let familyID: String?
    /// The folders it is held to; `nil` where it is for the whole vault.
    public let folders: [String]?

    /// Describes a principal.
    public init(
        user: UserID,
        scopes: ScopeSet,
        tokenID: String,
        issuedAt: Int64?,
        expiresAt: Int64,
        clientID: String?,
        grantID: String? = nil,
        familyID: String? = nil,
        folders: [String]? = nil
    ) {
        self.user = user
        self.scopes = scopes
        self.tokenID = tokenID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.clientID = clientID
        self.grantID = grantID
        self.familyID = familyID
        self.folders = folders
    }

    /// What a revocation names: the grant of a token that came from one, the first of those that were refreshed from each
    /// other, and otherwise the token.
    ///
    /// So one revocation ends all that came of something.
    public var revocationID: String { self.grantID ?? self.familyID ?? self.tokenID }

    /// Whether the token stands for its user in all respects: it is no app's, and nothing of the vault is kept from it.
    public var isUnrestricted: Bool { self.grantID == nil && self.folders == nil && self.scopes == .all }
}
