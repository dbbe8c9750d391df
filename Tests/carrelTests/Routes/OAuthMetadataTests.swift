import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Testing

struct OAuthMetadataTests {
    @Test(arguments: ["", "/mcp"])
    func theResourceNamesItsAuthorizationServer(suffix: String) async throws {
        try await withServer { server in
            let response = try await server.send(.get, "/.well-known/oauth-protected-resource\(suffix)")
            let json = try response.json()
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(response.headers[.cacheControl] == "public, max-age=300")
            #expect(
                json == [
                    "resource": "http://localhost:7860/mcp", "authorization_servers": ["http://localhost:7860"],
                    "scopes_supported": ["notes:read", "notes:write"], "bearer_methods_supported": ["header"],
                    "resource_name": "Carrel",
                ]
            )
        }
    }

    @Test(arguments: ["", "/mcp"])
    func theServerNamesItsEndpoints(suffix: String) async throws {
        try await withServer(publicURL: "https://localhost") { server in
            let response = try await server.send(.get, "/.well-known/oauth-authorization-server\(suffix)")
            let json = try response.json()
            let endpoints = ["authorization", "token", "registration", "revocation"].map { json["\($0)_endpoint"] }
            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl] == "public, max-age=300")
            #expect(json["issuer"] == "https://localhost")
            #expect(
                endpoints == [
                    "https://localhost/oauth/authorize", "https://localhost/oauth/token",
                    "https://localhost/oauth/register", "https://localhost/oauth/revoke",
                ]
            )
            #expect(json["grant_types_supported"] == ["authorization_code", "refresh_token"])
            #expect(json["response_types_supported"] == ["code"])
            #expect(json["code_challenge_methods_supported"] == ["S256"])
            #expect(json["token_endpoint_auth_methods_supported"] == ["none"])
            #expect(json["client_id_metadata_document_supported"] == true)
            #expect(json["authorization_response_iss_parameter_supported"] == true)
        }
    }

    @Test func unauthenticatedClientsLearnOfTheMetadata() async throws {
        try await withServer { server in
            let response = try await server.send(.post, "/mcp", body: "{}")
            let challenge = response.headers[.wwwAuthenticate] ?? ""
            #expect(response.status == .unauthorized)
            #expect(
                challenge.contains(
                    "resource_metadata=\"http://localhost:7860/.well-known/oauth-protected-resource/mcp\""
                )
            )
        }
    }
}
