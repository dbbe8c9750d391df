import HTTPTypes
import SharedState
import Testing

@testable import HTTPServer

struct RefusalTests {
    @Test(
        arguments: [
            (Duration.zero, 1), (.milliseconds(1), 1), (.seconds(1), 1), (.milliseconds(1001), 2), (.seconds(60), 60),
            (.seconds(-5), 1), (.nanoseconds(59_000_000_001), 60),
        ] as [(Duration, Int64)]
    )
    func aWaitIsRoundedUpToASecond(wait: Duration, seconds: Int64) {
        let retryAfter = RetryAfter(wait)
        #expect(retryAfter.seconds == seconds)
        #expect(retryAfter.headers == [.retryAfter: "\(seconds)"])
    }

    @Test func anExcessSaysHowLongToWait() {
        let excess = Refusal.Excess("requests", "Too many requests", wait: .milliseconds(1500)) {
            [.rateLimit: "t=\($0.seconds)"]
        }
        #expect(excess.message == "Too many requests: try again in 2 s.")
        #expect(excess.headers == [.rateLimit: "t=2", .retryAfter: "2"])
    }

    @Test func anExceededLimitIsTooManyRequests() {
        let error = APIError(.limited(Refusal.Excess("login", "Too many logins", wait: .seconds(3))))
        #expect(error.status == .tooManyRequests)
        #expect(error.code == "rate_limited")
        #expect(error.headers[.retryAfter] == "3")
    }

    @Test func anUnavailableStateIsToBeTriedAgain() {
        let error = APIError(.unavailable)
        #expect(error.status == .serviceUnavailable)
        #expect(error.code == "unavailable")
        #expect(error.headers == [.retryAfter: "1"])
    }

    @Test func anUnknownSessionIsNotFound() {
        let error = APIError(.unknownSession)
        #expect(error.status == .notFound)
        #expect(error.code == "not_found")
    }

    @Test(
        arguments: [
            ("missing", "unauthorized"), ("malformed", "invalid_token"), ("invalid", "invalid_token"),
            ("expired", "token_expired"), ("revoked", "token_revoked"),
        ]
    )
    func aFailedAuthenticationHasACodeOfItsReason(reason: String, code: String) {
        let error = APIError(.unauthenticated(AuthenticationFailure(reason: reason, message: "No.")))
        let names = error.headers[.wwwAuthenticate]?.contains(#"error="invalid_token""#)
        #expect(error.status == .unauthorized)
        #expect(error.code == code)
        #expect(error.detail == reason)
        #expect(names == (reason != "missing"))
    }
}
