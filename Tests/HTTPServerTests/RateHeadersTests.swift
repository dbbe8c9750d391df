import HTTPTypes
import SharedState
import Testing

@testable import HTTPServer

struct RateHeadersTests {
    private static func limits(_ requests: Int, _ writes: Int) -> RateLimits {
        RateLimits(requests: RateLimit(requests, per: .seconds(60)), writes: RateLimit(writes, per: .seconds(3600)))
    }

    @Test(
        arguments: [
            (10, 2, #""requests";q=10;w=60, "writes";q=2;w=3600"#), (10, 0, #""requests";q=10;w=60"#),
            (0, 2, #""writes";q=2;w=3600"#),
        ]
    )
    func aRefusalNamesItsLimitAndAllPolicies(requests: Int, writes: Int, policy: String) {
        let fields = RateHeaders(Self.limits(requests, writes)).refusal(.writes, reset: 7)
        #expect(fields == [.rateLimitPolicy: policy, .rateLimit: #""writes";r=0;t=7"#])
    }

    @Test func withoutLimitsThereAreNoHeaders() {
        let headers = RateHeaders(Self.limits(0, 0))
        #expect(headers.refusal(.requests, reset: 7).isEmpty)
        #expect(headers.fields(.unlimited).isEmpty)
    }
}
