import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// Sessions of `/mcp`.
struct MCPSessionTests {
    private static let unknown = "s_0123456789abcdef0123456789abcdef"

    private static func end(_ session: String?, token: String, at server: TestServer) async throws -> TestResponse {
        var headers = HTTPFields()
        headers[.mcpSessionID] = session
        return try await server.send(.delete, "/mcp", token: token, headers: headers)
    }

    @Test func aSessionIsUsedAndEnded() async throws {
        try await withServer { server in
            let token = try await server.token()
            let session = try await server.openSession(token)
            let ready = try await server.mcp(RPC.initialized, token: token, session: session)
            let used = try await server.mcp(RPC.ping, token: token, session: session)
            let ended = try await Self.end(session, token: token, at: server)
            let again = try await Self.end(session, token: token, at: server)
            let gone = try await server.mcp(RPC.ping, token: token, session: session)
            let json = try gone.json()
            #expect(ready.status == .accepted)
            #expect(ready.headers[.rateLimit] != nil)
            #expect(used.status == .ok)
            #expect(ended.status == .noContent)
            #expect(ended.headers[.rateLimit] != nil)
            #expect(again.status == .notFound)
            #expect(gone.status == .notFound)
            #expect(json["error"]?["code"] == -32001)
            #expect(json["id"] == 1)
            #expect(server.audit.events(.sessionEnded).map(\.session) == [session])
        }
    }

    @Test func aSessionOfAnotherUserIsNotFound() async throws {
        try await withServer { server in
            let session = try await server.openSession(try await server.token("ada"))
            let bob = try await server.token("bob")
            let used = try await server.mcp(RPC.ping, token: bob, session: session)
            let ended = try await Self.end(session, token: bob, at: server)
            let unknown = try await server.mcp(RPC.ping, token: bob, session: "x")
            let own = try await server.mcp(RPC.ping, token: try await server.token("ada"), session: session)
            let events = server.audit.events(.sessionHijackAttempt)
            #expect([used.status, ended.status] == [.notFound, .notFound])
            #expect(used.text == unknown.text)
            #expect(own.status == .ok)
            #expect(events.map(\.user) == ["bob", "bob"])
            #expect(events.map(\.session) == [session, session])
            #expect(server.audit.events(.sessionEnded).isEmpty)
        }
    }

    @Test(arguments: [Self.unknown, "", "x", String(repeating: "a", count: 5000)])
    func anUnknownSessionIsNotFound(session: String) async throws {
        try await withServer { server in
            let token = try await server.token()
            let used = try await server.mcp(RPC.ping, token: token, session: session)
            let ended = try await Self.end(session, token: token, at: server)
            let json = try used.json()
            #expect(used.status == .notFound)
            #expect(ended.status == .notFound)
            #expect(json["error"]?["code"] == -32001)
            #expect(server.audit.events(.sessionHijackAttempt).isEmpty)
        }
    }

    @Test func someMessagesNeedASession() async throws {
        try await withServer { server in
            let token = try await server.token()
            let bodies = [
                #"{"jsonrpc":"2.0","id":1,"method":"resources/list"}"#,
                #"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#, #"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            ]
            var statuses: [Int] = []
            for body in bodies { statuses.append(try await server.mcp(body, token: token).status.code) }
            let end = try await Self.end(nil, token: token, at: server)
            #expect(statuses == [400, 400, 400])
            #expect(end.status == .badRequest)
        }
    }

    @Test func anUnknownMethodIsNamedWithinASession() async throws {
        try await withServer { server in
            let token = try await server.token()
            let session = try await server.openSession(token)
            let body = #"{"jsonrpc":"2.0","id":"a","method":"resources/list"}"#
            let response = try await server.mcp(body, token: token, session: session)
            let json = try response.json()
            #expect(response.status == .ok)
            #expect(json["error"]?["code"] == -32601)
            #expect(json["id"] == "a")
        }
    }

    @Test func anotherTokenOfItsUserMayUseASession() async throws {
        try await withServer { server in
            let session = try await server.openSession(try await server.token())
            let response = try await server.mcp(RPC.ping, token: try await server.token(), session: session)
            #expect(response.status == .ok)
        }
    }

    @Test func anIdleSessionEnds() async throws {
        try await withServer { server in
            let token = try await server.token(lifetime: .seconds(7 * 86400))
            let session = try await server.openSession(token)
            server.clock.advance(86000)
            let used = try await server.mcp(RPC.ping, token: token, session: session)
            server.clock.advance(86000)
            let again = try await server.mcp(RPC.ping, token: token, session: session)
            server.clock.advance(86401)
            let idle = try await server.mcp(RPC.ping, token: token, session: session)
            #expect([used.status, again.status, idle.status] == [.ok, .ok, .notFound])
        }
    }

    @Test func initializeIgnoresAnEndedSession() async throws {
        try await withServer { server in
            let token = try await server.token()
            let response = try await server.mcp(RPC.initialize(), token: token, session: "x")
            #expect(response.status == .ok)
            #expect(response.headers[.mcpSessionID] != nil)
        }
    }

    @Test func aRefusedInitializeOpensNoSession() async throws {
        try await withServer { server in
            let body = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":1}}"#
            let response = try await server.mcp(body, token: try await server.token())
            let json = try response.json()
            #expect(response.headers[.mcpSessionID] == nil)
            #expect(json["error"]?["code"] == -32602)
            #expect(server.audit.events(.sessionCreated).isEmpty)
        }
    }

    @Test func theRevisionOfTheSessionCounts() async throws {
        try await withServer { server in
            let token = try await server.token()
            let old = try await server.openSession(token, "2025-03-26")
            let new = try await server.openSession(token, "2025-06-18")
            let first = try await server.mcp(RPC.list, token: token, session: old, version: "2025-11-25").json()
            let second = try await server.mcp(RPC.list, token: token, session: new).json()
            let oldTool = try #require(first["result"]?["tools"]?.arrayValue?.first)
            let newTool = try #require(second["result"]?["tools"]?.arrayValue?.first)
            #expect(oldTool["title"] == nil)
            #expect(newTool["title"] != nil)
        }
    }
}
