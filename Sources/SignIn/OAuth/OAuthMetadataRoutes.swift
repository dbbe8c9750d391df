import Encodings
import HTTPServer
import Hummingbird
import Identity

/// The metadata of the protected resource (RFC 9728) and of the authorization server (RFC 8414).
///
/// Each document has two paths, because only some clients append the path of the endpoint.
struct OAuthMetadataRoutes: Sendable {
    let publicURL: PublicURL

    func add(to router: Router<CarrelRequestContext>) {
        let resource = Self.json(self.resource)
        let server = Self.json(self.server)
        for suffix in ["", "/mcp"] {
            router.get("/.well-known/oauth-protected-resource\(suffix)") { _, _ in Self.answer(resource) }
            router.get("/.well-known/oauth-authorization-server\(suffix)") { _, _ in Self.answer(server) }
        }
    }

    private var scopes: JSONValue { .array(ScopeSet.all.names.sorted().map { .string($0) }) }

    private var resource: JSONValue {
        [
            "resource": .string(self.publicURL.endpoint),
            "authorization_servers": [.string("\(self.publicURL)")],
            "scopes_supported": self.scopes,
            "bearer_methods_supported": ["header"],
            "resource_name": "Carrel",
        ]
    }

    private var server: JSONValue {
        [
            "issuer": .string("\(self.publicURL)"),
            "authorization_endpoint": .string("\(self.publicURL)/oauth/authorize"),
            "token_endpoint": .string("\(self.publicURL)/oauth/token"),
            "registration_endpoint": .string("\(self.publicURL)/oauth/register"),
            "revocation_endpoint": .string("\(self.publicURL)/oauth/revoke"),
            "scopes_supported": self.scopes,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "client_id_metadata_document_supported": true,
            "authorization_response_iss_parameter_supported": true,
        ]
    }

    private static func json(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }

    private static func answer(_ body: [UInt8]) -> Response {
        .json(body, headers: [.cacheControl: "public, max-age=300"])
    }
}
