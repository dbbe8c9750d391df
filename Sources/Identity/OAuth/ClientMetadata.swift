import Encodings
public import Foundation

/// Client metadata from registration (RFC 7591) or a metadata document.
public struct ClientMetadata: Sendable, Decodable {
    /// The document's URL; present in documents only.
    public let clientID: String?
    /// The client's unverified name, or else the owner of its first redirect URI.
    public let name: String
    /// Whether `client_name` is present.
    let hasName: Bool
    /// 1 to 20 URIs.
    public let redirectURIs: [String]

    private static let maxRedirects = 20

    private enum CodingKeys: String, CodingKey {
        case clientID = "client_id"
        case name = "client_name"
        case redirectURIs = "redirect_uris"
        case grantTypes = "grant_types"
        case responseTypes = "response_types"
    }

    /// Parses metadata; unknown members are ignored, as the standard requires.
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

    /// Decodes and validates.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.clientID = try fields.decodeIfPresent(String.self, forKey: .clientID)
        self.redirectURIs = try fields.decode([String].self, forKey: .redirectURIs)
        guard (1...Self.maxRedirects).contains(self.redirectURIs.count) else {
            throw IdentityError(.invalidRedirectURI, "A client has 1 to \(Self.maxRedirects) redirect URIs.")
        }
        guard self.redirectURIs.reduce(0, { $0 + $1.utf8.count }) <= 4096 else {
            throw IdentityError(.invalidRedirectURI, "The redirect URIs are longer than 4096 bytes in total.")
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
        // The scheme of an app may be as long as its URI.
        self.name = trimmed.isEmpty ? redirects[0].owner.prefix(bytes: 400) : trimmed
    }

    static func refusal(_ reason: String) -> IdentityError {
        IdentityError(.invalidClientMetadata, "The client's metadata cannot be used: \(reason).")
    }
}
