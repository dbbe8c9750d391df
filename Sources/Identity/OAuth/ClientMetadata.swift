public import Foundation

/// What a client says of itself, at registration (RFC 7591) or in a document of its own.
public struct ClientMetadata: Sendable, Decodable {
    /// The document's own address, in a document.
    public let clientID: String?
    /// What the client calls itself; where it does not, who is behind its first redirect URI.
    public let name: String
    /// Whether the client has said what it calls itself.
    let hasName: Bool
    /// Where its users may be sent back to.
    public let redirectURIs: [String]

    private static let mostRedirects = 20

    private enum CodingKeys: String, CodingKey {
        case clientID = "client_id"
        case name = "client_name"
        case redirectURIs = "redirect_uris"
        case grantTypes = "grant_types"
        case responseTypes = "response_types"
    }

    /// Reads metadata; members that are not known here are passed over, as the standard asks.
    ///
    /// - Throws: ``IdentityError`` with `.invalidClientMetadata` or `.invalidRedirectURI`.
    public init(json: Data) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: json)
        } catch let error as IdentityError {
            throw error
        } catch {
            throw Self.refusal("it must be a JSON object with a list 'redirect_uris'")
        }
    }

    /// Checks what a decoder has.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.clientID = try fields.decodeIfPresent(String.self, forKey: .clientID)
        self.redirectURIs = try fields.decode([String].self, forKey: .redirectURIs)
        guard (1...Self.mostRedirects).contains(self.redirectURIs.count) else {
            throw IdentityError(.invalidRedirectURI, "A client has 1 to \(Self.mostRedirects) redirect URIs.")
        }
        guard self.redirectURIs.reduce(0, { $0 + $1.utf8.count }) <= 4096 else {
            throw IdentityError(.invalidRedirectURI, "The redirect URIs are too long: 4096 bytes are enough for all.")
        }
        let redirects = try self.redirectURIs.map { try RedirectURI($0) }
        if let types = try fields.decodeIfPresent([String].self, forKey: .grantTypes),
            !types.contains("authorization_code")
        {
            throw Self.refusal("'grant_types' must have authorization_code")
        }
        if let types = try fields.decodeIfPresent([String].self, forKey: .responseTypes), !types.contains("code") {
            throw Self.refusal("'response_types' must have code")
        }
        let name = try fields.decodeIfPresent(String.self, forKey: .name) ?? ""
        guard name.isEmpty || DisplayName.isPlain(name) else {
            throw Self.refusal("'client_name' must be a plain text of at most 100 characters")
        }
        let trimmed = name.trimmingCharacters(in: .whitespaces)
        self.hasName = !trimmed.isEmpty
        self.name = trimmed.isEmpty ? redirects[0].owner : trimmed
    }

    static func refusal(_ reason: String) -> IdentityError {
        IdentityError(.invalidClientMetadata, "The client's metadata cannot be used: \(reason).")
    }
}
