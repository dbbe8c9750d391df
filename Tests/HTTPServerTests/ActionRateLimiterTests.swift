import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import SharedState
import Testing

@testable import HTTPServer

struct ActionRateLimiterTests {
    /// Actions that cannot be counted.
    private struct Unavailable: ActionLimits {
        func count(
            _ action: RateLimitedAction,
            of source: ActionSource,
            limit: RateLimit,
            cost: Int
        ) async throws -> Duration? {
            throw SharedStateError(.unavailable, "Redis is down.")
        }
    }

    private struct NoTrail: AuditTrail {
        func record(_ event: AuditEvent) {}
    }

    private static func limiter(
        _ failures: Int,
        _ actions: any ActionLimits = Unavailable()
    ) -> ActionRateLimiter {
        ActionRateLimiter(
            failureLimit: RateLimit(failures, per: .seconds(60)),
            actions: actions,
            audit: NoTrail(),
            metrics: EdgeMetrics()
        )
    }

    /// The response to a request of an address.
    private static func response(
        _ address: String?,
        _ route: @escaping @Sendable (CarrelRequestContext) async throws -> Void
    ) async throws -> TestResponse {
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let router = Router(context: CarrelRequestContext.self)
        router.add(middleware: ResponseMiddleware(readiness: Readiness {}))
        router.get("/x") { _, context in
            var context = context
            context.forwardedAddress = address
            try await route(context)
            return Response(status: .ok)
        }
        return try await Application(router: router, logger: quiet).test(.router) { client in
            try await client.execute(uri: "/x", method: .get)
        }
    }

    @Test(arguments: [("203.0.113.9", 1, 503), ("203.0.113.9", 0, 200), (nil, 1, 200)] as [(String?, Int, Int)])
    func actionsAreRefusedWhileTheyCannotBeCounted(address: String?, count: Int, status: Int) async throws {
        let response = try await Self.response(address) { context in
            try await Self.limiter(1).count(.login, limit: RateLimit(count, per: .seconds(60)), context: context)
        }
        #expect(response.status.code == status)
        #expect(response.headers[.retryAfter] == (status == 503 ? "1" : nil))
    }

    @Test func aRefusedTokenIsRefusedWithoutItsCount() async throws {
        let response = try await Self.response("203.0.113.9") { context in
            let failure = AuthenticationFailure(reason: "invalid", message: "No.")
            throw await Self.limiter(1).refusal(of: failure, context: context)
        }
        #expect(response.status == .unauthorized)
    }

    @Test func theNetworksOfASiteAreLimitedTogether() async throws {
        let limiter = Self.limiter(1, MemoryBackend { .seconds(1_800_000_000) }.ports.actions)
        let register = { (address: String) in
            try await Self.response(address) { context in
                try await limiter.count(.registration, limit: RateLimit(2, per: .seconds(60)), context: context)
            }.status.code
        }
        var first: [Int] = []
        // A network over its own limit takes nothing of the others' share.
        for _ in 0..<30 { first.append(try await register("2001:db8:1:ff::1")) }
        var others: [Int] = []
        for network in 0..<12 {
            for _ in 0..<2 { others.append(try await register("2001:db8:1:\(network)::1")) }
        }
        let elsewhere = try await register("2001:db8:2:0::1")
        let old = try await register("192.0.2.1")
        #expect(first.filter { $0 == 200 }.count == 2)
        #expect(others == Array(repeating: 200, count: 18) + Array(repeating: 429, count: 6))
        #expect([elsewhere, old] == [200, 200])
    }
}
