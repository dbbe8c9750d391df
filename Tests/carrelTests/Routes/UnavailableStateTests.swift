import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import Testing

/// Every route that needs the shared state, while it is unavailable: a 503, and never an unchecked or a wrong answer.
struct UnavailableStateTests {
    struct Call: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let path: String
        let body: String?

        init(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) {
            self.method = method
            self.path = path
            self.body = body
        }

        var testDescription: String { "\(self.method) \(self.path) \(self.body ?? "")" }
    }

    private static func expectUnavailable(
        _ response: TestResponse,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(response.status == .serviceUnavailable, "\(response.text)", sourceLocation: sourceLocation)
        #expect(response.headers[.retryAfter] == "1", sourceLocation: sourceLocation)
        #expect(response.headers[.requestID] != nil, sourceLocation: sourceLocation)
        #expect(response.headers[.setCookie] == nil, sourceLocation: sourceLocation)
    }

    // MARK: API

    private static let api = [
        Call(.get, "/api/usage"), Call(.get, "/api/audit"), Call(.get, "/api/tokens"),
        Call(.post, "/api/tokens", #"{"name":"a"}"#), Call(.delete, "/api/tokens/x"), Call(.post, "/api/auth/refresh"),
        Call(.post, "/api/auth/logout"), Call(.post, "/api/auth/logout?everywhere=true"),
    ]

    @Test(arguments: api, Outage.allCases)
    func anAPIRequestIsUnavailable(call: Call, outage: Outage) async throws {
        try await withOutage(outage) { well, broken in
            let response = try await broken.send(call.method, call.path, token: well.token(), body: call.body)
            let json = try response.json()
            Self.expectUnavailable(response)
            #expect(json["error"] == "unavailable")
            #expect(json["message"]?.stringValue == Refusal.unavailableMessage)
        }
    }

    @Test(arguments: Outage.allCases)
    func aProvenUserIsUnavailable(outage: Outage) async throws {
        try await TestProvider.lend(subjects: ["good": "ada"]) { provider in
            try await withOutage(outage, isLocal: false, providerURL: provider.url) { _, broken in
                let body = #"{"user_id":"ada"}"#
                let response = try await broken.send(.post, "/api/auth/create-token", token: "good", body: body)
                let json = try response.json()
                Self.expectUnavailable(response)
                #expect(json["error"] == "unavailable")
                #expect(broken.audit.names.isEmpty)
            }
        }
    }

    @Test(arguments: [false, true])
    func anInvalidTokenIsUnauthorizedAllTheSame(isLive: Bool) async throws {
        try await withOutage(.all, isLive: isLive) { _, broken in
            for call in Self.api + [Call(.post, "/mcp", RPC.ping), Call(.delete, "/mcp")] {
                let response = try await broken.send(call.method, call.path, token: "x.y.z", body: call.body)
                #expect(response.status == .unauthorized)
            }
        }
    }

    @Test func theServerIsLiveButNotReady() async throws {
        try await withOutage(.all) { _, broken in
            let live = try await broken.send(.get, "/health/live")
            let ready = try await broken.send(.get, "/health/ready")
            #expect(live.status == .ok)
            #expect(ready.status == .serviceUnavailable)
            #expect(ready.headers[.retryAfter] == "1")
        }
    }

    // MARK: MCP

    private static func expectUnavailableRPC(
        _ response: TestResponse,
        id: JSONValue?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let json = try response.json()
        Self.expectUnavailable(response, sourceLocation: sourceLocation)
        #expect(json["error"]?["code"] == 503, sourceLocation: sourceLocation)
        #expect(json["error"]?["message"]?.stringValue == Refusal.unavailableMessage, sourceLocation: sourceLocation)
        #expect(json["id"] == id, sourceLocation: sourceLocation)
        #expect(json["result"] == nil, sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        RPC.ping, RPC.list, RPC.initialize(), RPC.read("a.md"), RPC.write("a.md"), RPC.call("list_notes", "{}"),
    ])
    func anMCPRequestIsUnavailable(body: String) async throws {
        try await withOutage(.all) { well, broken in
            let token = try await well.token()
            let session = try await well.openSession(token)
            let bare = try await broken.mcp(body, token: token)
            let inSession = try await broken.mcp(body, token: token, session: session)
            try Self.expectUnavailableRPC(bare, id: 1)
            try Self.expectUnavailableRPC(inSession, id: 1)
            #expect(bare.headers[.mcpSessionID] == nil)
        }
    }

    @Test func aBatchAndANotificationAreUnavailable() async throws {
        try await withOutage(.all) { well, broken in
            let token = try await well.token()
            let session = try await well.openSession(token, "2025-03-26")
            for body in ["[\(RPC.write("a.md")),\(RPC.ping)]", RPC.initialized] {
                let response = try await broken.mcp(body, token: token, session: session)
                Self.expectUnavailable(response)
                #expect(try response.json()["error"]?["code"] == 503)
            }
        }
    }

    @Test func aSessionIsNotOpenedByHalf() async throws {
        try await withOutage(.behindAdmission) { well, broken in
            let response = try await broken.mcp(RPC.initialize(), token: well.token())
            try Self.expectUnavailableRPC(response, id: 1)
            #expect(response.headers[.mcpSessionID] == nil)
            #expect(!broken.audit.names.contains("session_created"))
        }
    }

    @Test(arguments: Outage.allCases)
    func aSessionIsNotEndedByHalf(outage: Outage) async throws {
        try await withOutage(outage) { well, broken in
            let token = try await well.token()
            let session = try await well.openSession(token)
            let response = try await broken.send(.delete, "/mcp", token: token, headers: [.mcpSessionID: session])
            let after = try await well.mcp(RPC.ping, token: token, session: session)
            try Self.expectUnavailableRPC(response, id: nil)
            #expect(!broken.audit.names.contains("session_ended"))
            #expect(after.status == .ok)
        }
    }
}
