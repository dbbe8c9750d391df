import HTTPTypes
import Identity

/// Why a request has no principal, and the response to it (RFC 6750, section 3).
package struct AuthenticationFailure: Error, Sendable {
    /// The reason in log, counter and body: `missing`, `malformed`, `invalid`, `expired` or `revoked`.
    package let reason: String
    /// Safe to show to the client.
    package let message: String
    /// The challenge that tells clients how to sign in.
    var challenge = Challenge.plain

    /// The `error` code of the JSON API.
    var code: String {
        switch self.reason {
        case "missing": return "unauthorized"
        case "expired": return "token_expired"
        case "revoked": return "token_revoked"
        default: return "invalid_token"
        }
    }

    var headers: HTTPFields {
        // Without a token the challenge names no error: the client has not made a mistake yet.
        self.reason == "missing"
            ? [.wwwAuthenticate: self.challenge.text]
            : [.wwwAuthenticate: self.challenge.text(error: "invalid_token", self.message)]
    }
}
