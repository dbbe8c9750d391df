/// An OAuth client (RFC 6749, section 2).
///
/// All clients are public: they have no secret, and prove possession of a code with PKCE.
public struct OAuthClient: Hashable, Sendable, Codable {
    /// The id assigned at registration, or the URL of the client's metadata document.
    public let id: String
    /// Unverified.
    public let name: String
    /// Registered redirect URIs.
    public let redirectURIs: [String]

    /// A registered or documented client.
    public init(id: String, name: String, redirectURIs: [String]) {
        self.id = id
        self.name = name
        self.redirectURIs = redirectURIs
    }

    /// Whether the id is the URL of a metadata document.
    public var isDocument: Bool { self.id.hasPrefix("https://") }

    /// The redirect URI of a request.
    ///
    /// - Parameter text: may be `nil` if only one URI is registered.
    /// - Throws: ``IdentityError`` with `.invalidRedirectURI`; the browser must not be redirected then.
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
