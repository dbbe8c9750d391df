import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// What `POST /api/tokens` takes as its body.
struct TokenRequestTests {
    @Test(
        arguments: [
            ("", "The body is not JSON"), ("{", "The body is not JSON"), ("[]", "The body must be a JSON object."),
            ("null", "The body must be a JSON object."), ("{}", "'name' must be"),
            (#"{"name":1}"#, "'name' must be"), (#"{"name":""}"#, "'name' must be"),
            (#"{"name":"a\nb"}"#, "'name' must be"), (#"{"name":"a\u202eb"}"#, "'name' must be"),
            (#"{"name":"x","user_id":"bob"}"#, "'user_id' is not known here"),
            (#"{"name":"x","scopes":[]}"#, "'scopes' must be"),
            (#"{"name":"x","scopes":"notes:read"}"#, "'scopes' must be"),
            (#"{"name":"x","scopes":[1]}"#, "'scopes' must be"),
            (#"{"name":"x","folders":[]}"#, "'folders' must be"),
            (#"{"name":"x","folders":"work"}"#, "'folders' must be"),
            (#"{"name":"x","folders":["work",1]}"#, "'folders' must be"),
            (#"{"name":"x","folders":["../work"]}"#, "'folders' names no folder"),
            (#"{"name":"x","folders":[""]}"#, "'folders' names no folder"),
            (#"{"name":"x","expires_in":0}"#, "'expires_in' must be"),
            (#"{"name":"x","expires_in":-1}"#, "'expires_in' must be"),
            (#"{"name":"x","expires_in":7776001}"#, "'expires_in' must be"),
            (#"{"name":"x","expires_in":1.5}"#, "'expires_in' must be"),
            (#"{"name":"x","expires_in":"60"}"#, "'expires_in' must be"),
            (#"{"name":"x","expires_in":true}"#, "'expires_in' must be"),
        ]
    )
    func badBodiesAreNamed(body: String, message: String) async throws {
        try await withServer { server in
            let response = try await server.send(.post, "/api/tokens", token: try await server.token(), body: body)
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(json["error"] == "validation_error")
            #expect(json["message"]?.stringValue?.hasPrefix(message) == true)
            #expect(server.audit.events(.tokenIssued).count == 1)
        }
    }

    @Test func longListsAreRefused() async throws {
        try await withServer { server in
            let token = try await server.token()
            let many = Array(repeating: #""work""#, count: 21).joined(separator: ",")
            let bodies = [
                #"{"name":"\#(String(repeating: "x", count: 101))"}"#, #"{"name":"x","folders":[\#(many)]}"#,
                #"{"name":"x","folders":["\#(String(repeating: "x", count: 2049))"]}"#,
            ]
            for body in bodies {
                let response = try await server.send(.post, "/api/tokens", token: token, body: body)
                #expect(response.status == .badRequest)
            }
        }
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
    func bodiesOfOtherTypesAreRefused(type: String) async throws {
        try await withServer { server in
            let response = try await server.send(
                .post,
                "/api/tokens",
                token: try await server.token(),
                headers: [.contentType: type],
                body: #"{"name":"x"}"#
            )
            #expect(response.status == .unsupportedMediaType)
        }
    }

    @Test(arguments: ["application/json; charset=utf-8", "Application/JSON", "application/json ;charset=utf-8"])
    func jsonMayHaveParameters(type: String) async throws {
        try await withServer { server in
            let response = try await server.send(
                .post,
                "/api/tokens",
                token: try await server.token(),
                headers: [.contentType: type],
                body: #"{"name":"x"}"#
            )
            #expect(response.status == .created)
        }
    }

    @Test func nullIsLikeNothing() async throws {
        try await withServer { server in
            let body = #"{"name":"x","scopes":null,"folders":null,"expires_in":null}"#
            let response = try await server.send(.post, "/api/tokens", token: try await server.token(), body: body)
            let json = try response.json()
            #expect(response.status == .created)
            #expect(json["scopes"] == ["notes:read", "notes:write"])
            #expect(json["folders"] == nil)
        }
    }

    @Test func unknownScopesAreForbidden() async throws {
        try await withServer { server in
            let body = #"{"name":"x","scopes":["notes:read","admin"]}"#
            let response = try await server.send(.post, "/api/tokens", token: try await server.token(), body: body)
            let json = try response.json()
            #expect(response.status == .forbidden)
            #expect(json["message"] == "This token cannot give the scope 'admin', which it lacks.")
            #expect(server.audit.events(.forbidden).count == 1)
        }
    }

    @Test func aLongestLifetimeIsGiven() async throws {
        try await withServer { server in
            let body = #"{"name":"x","expires_in":7776000}"#
            let response = try await server.send(.post, "/api/tokens", token: try await server.token(), body: body)
            let json = try response.json()
            #expect(response.status == .created)
            #expect(json["expires_at"] == "2027-04-15T08:00:00Z")
        }
    }

    @Test func foldersHoldTheNewToken() async throws {
        try await withServer { server in
            let token = try await server.token()
            _ = try await server.mcp(RPC.write("work/a.md"), token: token)
            _ = try await server.mcp(RPC.write("home/b.md"), token: token)
            let body = #"{"name":"x","folders":["work"]}"#
            let new = try await server.send(.post, "/api/tokens", token: token, body: body).json()
            let held = try await server.send(.get, "/api/usage", token: new["token"]?.stringValue).json()
            #expect(new["folders"] == ["work"])
            #expect(held["vault"]?["notes"] == 1)
        }
    }
}
