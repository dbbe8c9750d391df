/// The caller of a request, from a verified token.
public struct Principal: Sendable, Hashable {
    /// The claim `sub`.
    public let user: UserID
    /// The claim `scope`; all scopes if missing.
    public let scopes: ScopeSet
    /// The claim `jti`, or the token's SHA-256 in hex.
    public let tokenID: String
    /// In seconds since 1970.
    public let issuedAt: Int64?
    /// Expiry, in seconds since 1970.
    public let expiresAt: Int64
    /// The OAuth client of an app's token.
    public let clientID: String?
    /// The grant with which the token is revoked.
    public let grantID: String?
    /// The original token of a chain of refreshes, with which the token is revoked.
    public let familyID: String?
    /// `nil` for the whole vault.
    public let folders: [String]?

    /// A caller without a token, for commands and tests.
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

    /// The id under which the token is revoked: of its grant, else of its family, else its own.
    ///
    /// One revocation covers all tokens of a grant or family.
    public var revocationID: String { self.grantID ?? self.familyID ?? self.tokenID }

    /// Whether it has all rights of its user: not an app's token, all scopes, the whole vault.
    public var isUnrestricted: Bool { self.grantID == nil && self.folders == nil && self.scopes == .all }
}
