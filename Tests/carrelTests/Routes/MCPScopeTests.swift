import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

/// Tokens of some scopes or folders at `/mcp`.
struct MCPScopeTests {
    @Test(arguments: [true, false])
    func aMissingScopeIsForbiddenWithAChallenge(isApp: Bool) async throws {
        try await withServer { server in
            let token =
                isApp
                ? try await server.appTokens(scopes: .notesRead).access.token
                : try await server.token(scopes: .notesRead)
            let response = try await server.mcp(RPC.write("a.md"), token: token)
            let json = try response.json()
            let event = server.audit.events(.forbidden).first
            #expect(response.status == .forbidden)
            #expect(json["error"]?["code"] == 403)
            #expect(json["error"]?["message"] == "The token lacks the scope notes:write.")
            #expect(
                response.headers[.wwwAuthenticate]
                    == #"Bearer resource_metadata="http://localhost:7860/.well-known/oauth-protected-resource/mcp", "#
                    + #"scope="notes:read notes:write", error="insufficient_scope", "#
                    + #"error_description="The token lacks the scope notes:write.""#
            )
            #expect(response.headers[.requestID] != nil)
            #expect(event?.details[.scope] == "notes:write")
            #expect(event?.details[.path] == "/mcp")
            #expect(server.audit.events(.noteWritten).isEmpty)
        }
    }

    @Test func aRefusedWriteIsNoWrite() async throws {
        let rates = RateLimits(writes: RateLimit(1, per: .seconds(60)))
        try await withServer(rates: rates) { server in
            let reader = try await server.token(scopes: .notesRead)
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await server.mcp(RPC.write("a.md"), token: reader).status.code) }
            let write = try await server.mcp(RPC.write("a.md"), token: try await server.token())
            #expect(statuses == [403, 403, 403])
            #expect(write.status == .ok)
        }
    }

    @Test(
        arguments: [
            (
                ScopeSet.notesRead, ["get_backlinks", "get_tags", "list_notes", "read_note", "search_notes"]
            ),
            (ScopeSet.notesWrite, ["delete_note", "write_note"]), (ScopeSet(), []),
        ] as [(ScopeSet, [String])]
    )
    func onlyAllowedToolsAreListed(scopes: ScopeSet, tools: [String]) async throws {
        try await withServer { server in
            let json = try await server.mcp(RPC.list, token: try await server.token(scopes: scopes)).json()
            let names = json["result"]?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
            #expect(names?.sorted() == tools)
        }
    }

    @Test func aFolderTokenIsHeldToItsFolders() async throws {
        try await withServer { server in
            let all = try await server.token()
            let token = try await server.token(folders: ["work"])
            _ = try await server.mcp(RPC.write("home/b.md"), token: all)
            let inside = try await server.mcp(RPC.write("work/a.md"), token: token).json()
            let outside = try await server.mcp(RPC.write("home/a.md"), token: token).json()
            let read = try await server.mcp(RPC.read("home/b.md"), token: token).json()
            let list = try await server.mcp(RPC.call("list_notes", "{}"), token: token)
            let events = server.audit.events(.forbidden)
            #expect(inside["result"]?["isError"] != true)
            #expect(outside["result"]?["isError"] == true)
            #expect(read["result"]?["isError"] == true)
            #expect(list.text.contains("work/a.md"))
            #expect(!list.text.contains("b.md"))
            #expect(events.map { $0.details[.path] } == ["home/a.md", "home/b.md"])
        }
    }

    @Test func anAppsTokenReadsAndWrites() async throws {
        try await withServer { server in
            let token = try await server.appTokens().access.token
            let written = try await server.mcp(RPC.write("a.md"), token: token)
            let read = try await server.mcp(RPC.read("a.md"), token: token)
            let event = server.audit.events(.noteWritten).first
            #expect([written.status, read.status] == [.ok, .ok])
            #expect(event?.details[.revocationID] == "grant-of-ada-0123456789")
        }
    }
}
