import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

/// Several messages in one body.
struct MCPBatchTests {
    @Test func everyMessageIsAnsweredForItself() async throws {
        try await withServer { server in
            let token = try await server.token(scopes: .notesRead)
            let session = try await server.openSession(token, "2025-03-26")
            let body = "[\(RPC.ping),\(RPC.initialized),\(RPC.write("a.md", id: 2)),7,\(RPC.read("a.md", id: 3))]"
            let response = try await server.mcp(body, token: token, session: session)
            let answers = try #require(try response.json().arrayValue)
            #expect(response.status == .ok)
            #expect(answers.map { $0["id"] } == [1, 2, nil, 3])
            #expect(answers[0]["result"] == [:])
            #expect(answers[1]["error"]?["code"] == 403)
            #expect(answers[2]["error"]?["code"] == -32600)
            #expect(answers[3]["result"]?["isError"] == true)
            #expect(server.audit.events(.forbidden).count == 1)
        }
    }

    @Test func aBatchChargesAllOfItsCalls() async throws {
        try await withServer { server in
            let token = try await server.token()
            let body = "[\(RPC.write("a.md", id: 1)),\(RPC.write("b.md", id: 2)),\(RPC.read("a.md", id: 3))]"
            let response = try await server.mcp(body, token: token)
            #expect(response.status == .ok)
            #expect(response.headers[.rateLimit] == #""requests";r=597;t=1, "writes";r=118;t=1"#)
        }
    }

    @Test func aBatchOverTheLimitDoesNothing() async throws {
        let rates = RateLimits(writes: RateLimit(2, per: .seconds(60)))
        try await withServer(rates: rates) { server in
            let token = try await server.token()
            let body = "[\((1...3).map { RPC.write("\($0).md", id: $0) }.joined(separator: ","))]"
            let response = try await server.mcp(body, token: token)
            let usage = try await server.send(.get, "/api/usage", token: token).json()
            #expect(response.status == .tooManyRequests)
            #expect(usage["vault"]?["notes"] == 0)
            #expect(usage["limits"]?["writes"]?["remaining"] == 2)
        }
    }

    @Test func aBatchOfNotificationsIsAccepted() async throws {
        try await withServer { server in
            let response = try await server.mcp("[\(RPC.initialized)]", token: try await server.token())
            #expect(response.status == .accepted)
            #expect(response.text.isEmpty)
            #expect(response.headers[.rateLimit] != nil)
        }
    }

    @Test(arguments: ["2024-11-05", "2025-06-18", "2025-11-25"])
    func laterRevisionsHaveNoBatches(revision: String) async throws {
        try await withServer { server in
            let token = try await server.token()
            let session = try await server.openSession(token, revision)
            let inSession = try await server.mcp("[\(RPC.ping)]", token: token, session: session)
            let byHeader = try await server.mcp("[\(RPC.ping)]", token: token, version: revision)
            #expect(inSession.status == .badRequest)
            #expect(byHeader.status == .badRequest)
        }
    }

    @Test func batchesHold1To50Messages() async throws {
        try await withServer { server in
            let token = try await server.token()
            let empty = try await server.mcp("[]", token: token)
            let most = try await server.mcp(Self.pings(50), token: token)
            let more = try await server.mcp(Self.pings(51), token: token)
            let json = try more.json()
            #expect(empty.status == .badRequest)
            #expect(most.status == .ok)
            #expect(more.status == .badRequest)
            #expect(json["error"]?["message"] == "A batch holds 1 to 50 messages.")
        }
    }

    @Test func initializeComesAlone() async throws {
        try await withServer { server in
            let token = try await server.token()
            let session = try await server.openSession(token, "2025-03-26")
            let response = try await server.mcp("[\(RPC.initialize())]", token: token, session: session)
            let json = try response.json()
            #expect(response.headers[.mcpSessionID] == nil)
            #expect(json.arrayValue?.first?["error"]?["code"] == -32600)
        }
    }

    private static func pings(_ count: Int) -> String {
        "[\(Array(repeating: RPC.ping, count: count).joined(separator: ","))]"
    }
}
