/// A program that asks for access to its user's notes (RFC 6749, section 2).
///
/// All clients are public: none has a secret, each proves by PKCE that the code it shows is its own.
public struct OAuthClient: Hashable, Sendable, Codable {
    /// The id given out at registration, or the URL of the client's metadata document.
    public let id: String
    /// What the client calls itself; nobody has checked that.
    public let name: String
    /// Where its users may be sent back to.
    public let redirectURIs: [String]

    /// Describes a client.
    public init(id: String, name: String, redirectURIs: [String]) {
        self.id = id
        self.name = name
        self.redirectURIs = redirectURIs
    }

    /// Whether the client is described by a document at its id, a URL, rather than registered here.
    public var isDocument: Bool { self.id.hasPrefix("https://") }

    /// The URI to send a user back to.
    ///
    /// - Parameter text: what the request names; it may name none where only one is registered.
    /// - Throws: ``IdentityError`` with `.invalidRedirectURI`: then the user must not be sent anywhere.
    public func redirectURI(_ text: String?) throws -> RedirectURI {
        guard let text else {
            guard self.redirectURIs.count == 1 else {
                throw IdentityError(.invalidRedirectURI, "The request must name one of the client's redirect URIs.")
            }
            return try RedirectURI(self.redirectURIs[0])
        }
        let wanted = try RedirectURI(text)
        guard try self.redirectURIs.contains(where: { try RedirectURI($0).covers(wanted) }) else {
            throw IdentityError(.invalidRedirectURI, "The client has not registered that redirect URI.")
        }
        return wanted
    }

    enum CodingKeys: String, CodingKey {
        case id
        case name
        case redirectURIs = "redirect_uris"
    }
}
