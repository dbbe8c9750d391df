import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import SharedState
import Testing

/// The rate limits of users and addresses, as clients see them.
struct RateLimitTests {
    private static let rates = RateLimits(
        requests: RateLimit(2, per: .seconds(60)),
        writes: RateLimit(1, per: .seconds(60))
    )

    @Test func requestsPastTheLimitWait() async throws {
        try await withServer(rates: Self.rates) { server in
            let token = try await server.token()
            let first = try await server.send(.get, "/api/usage", token: token)
            _ = try await server.send(.get, "/api/usage", token: token)
            let third = try await server.send(.get, "/api/usage", token: token)
            let json = try third.json()
            server.clock.advance(30)
            let later = try await server.send(.get, "/api/usage", token: token)
            #expect(first.headers[.rateLimitPolicy] == #""requests";q=2;w=60, "writes";q=1;w=60"#)
            #expect(first.headers[.rateLimit] == #""requests";r=1;t=30, "writes";r=1;t=0"#)
            #expect(third.status == .tooManyRequests)
            #expect(third.headers[.retryAfter] == "30")
            #expect(third.headers[.rateLimitPolicy] == #""requests";q=2;w=60, "writes";q=1;w=60"#)
            #expect(third.headers[.rateLimit] == #""requests";r=0;t=30"#)
            #expect(third.headers[.requestID] != nil)
            #expect(json["error"] == "rate_limited")
            #expect(json["message"] == "Too many requests: try again in 30 s.")
            #expect(later.status == .ok)
            #expect(server.audit.events(.rateLimited).map(\.details) == [[.limit: "requests"]])
        }
    }

    @Test func writesHaveALimitOfTheirOwn() async throws {
        try await withServer(rates: Self.rates) { server in
            let token = try await server.token()
            let first = try await server.send(.post, "/api/auth/refresh", token: token)
            let second = try await server.send(.post, "/api/auth/refresh", token: token)
            let read = try await server.send(.get, "/api/usage", token: token)
            #expect(first.headers[.rateLimit] == #""requests";r=1;t=30, "writes";r=0;t=60"#)
            #expect(second.status == .tooManyRequests)
            #expect(second.headers[.retryAfter] == "60")
            #expect(second.headers[.rateLimit] == #""writes";r=0;t=60"#)
            #expect(read.status == .ok)
            #expect(server.audit.events(.rateLimited).map(\.details) == [[.limit: "writes"]])
        }
    }

    @Test func clientsOfMCPAreToldInTheirProtocol() async throws {
        try await withServer(rates: Self.rates) { server in
            let token = try await server.token()
            let session = try await server.openSession(token)
            _ = try await server.mcp(RPC.write("a.md"), token: token, session: session)
            let response = try await server.mcp(RPC.ping, token: token, session: session)
            let json = try response.json()
            let event = server.audit.events(.rateLimited).first
            #expect(response.status == .tooManyRequests)
            #expect(response.headers[.retryAfter] == "30")
            #expect(response.headers[.rateLimit] == #""requests";r=0;t=30"#)
            #expect(json["error"]?["code"] == 429)
            #expect(json["error"]?["data"] == ["retry_after": 30, "limit": "requests"])
            #expect(json["id"] == 1)
            #expect(event?.session == session)
        }
    }

    @Test func usersDoNotShareTheirLimits() async throws {
        try await withServer(rates: Self.rates) { server in
            let token = try await server.token("ada")
            for _ in 0..<3 { _ = try await server.send(.get, "/api/usage", token: token) }
            let other = try await server.send(.get, "/api/usage", token: try await server.token("bob"))
            let second = try await server.send(.get, "/api/usage", token: try await server.token("ada"))
            #expect(other.status == .ok)
            #expect(second.status == .tooManyRequests)
        }
    }

    @Test func withoutLimitsNoHeadersAreSent() async throws {
        let none = RateLimit(0, per: .seconds(60))
        try await withServer(rates: RateLimits(requests: none, writes: none, bytes: none)) { server in
            let token = try await server.token()
            let response = try await server.send(.get, "/api/usage", token: token)
            let call = try await server.mcp(RPC.write("a.md"), token: token).json()
            let json = try response.json()
            #expect(response.headers[.rateLimit] == nil)
            #expect(response.headers[.rateLimitPolicy] == nil)
            #expect(json["limits"] == [:])
            #expect(call["result"]?["_meta"] == nil)
        }
    }

    @Test func refusedTokensAreLimitedByAddress() async throws {
        try await withServer(isLive: true, failureLimit: RateLimit(1, per: .seconds(60))) { server in
            _ = try await server.send(.get, "/api/usage", token: "a.b.c")
            let second = try await server.mcp(RPC.ping, token: "a.b.c")
            let json = try second.json()
            let missing = try await server.send(.get, "/api/usage")
            server.clock.advance(60)
            let later = try await server.send(.get, "/api/usage", token: "a.b.c")
            #expect(second.status == .tooManyRequests)
            #expect(second.headers[.retryAfter] == "60")
            #expect(second.headers[.rateLimit] == nil)
            #expect(json["error"] == "rate_limited")
            #expect(missing.status == .unauthorized)
            #expect(later.status == .unauthorized)
            #expect(server.audit.events(.rateLimited).map(\.details) == [[.limit: "authentication_failures"]])
        }
    }

    @Test func aTrustedProxyNamesTheAddress() async throws {
        try await withServer(
            isLive: true,
            failureLimit: RateLimit(1, per: .seconds(60)),
            trustedProxies: ["127.0.0.1", "::1"]
        ) { server in
            var statuses: [Int] = []
            for client in ["203.0.113.9", "198.51.100.7, 203.0.113.9", "203.0.113.10", "2001:db8::1", "2001:db8::2"] {
                let headers: HTTPFields = [.xForwardedFor: client, .requestID: "from-the-proxy"]
                statuses.append(try await server.send(.get, "/api/usage", token: "a.b.c", headers: headers).status.code)
            }
            let event = server.audit.events(.authenticationFailed).first
            #expect(statuses == [401, 429, 401, 401, 429])
            #expect(event?.address == "203.0.113.9")
            #expect(event?.requestID == "from-the-proxy")
        }
    }

    @Test func anUntrustedPeerNamesNoAddress() async throws {
        try await withServer(isLive: true, trustedProxies: ["192.0.2.1"]) { server in
            let headers: HTTPFields = [.xForwardedFor: "203.0.113.9", .requestID: "from-anyone"]
            let response = try await server.send(.get, "/api/usage", headers: headers)
            let event = server.audit.events(.authenticationFailed).first
            #expect(event?.address != "203.0.113.9")
            #expect(response.headers[.requestID] != "from-anyone")
        }
    }
}
