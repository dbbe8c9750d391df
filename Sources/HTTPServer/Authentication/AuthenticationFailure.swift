import HTTPTypes
import Identity

/// Why a request has no principal, and the response to it (RFC 6750, section 3).
package struct AuthenticationFailure: Error, Sendable {
    /// The reason in log, counter and body: `missing`, `malformed`, `invalid`, `expired` or `revoked`.
    package let reason: String
    /// Safe to show.
    package let message: String
    /// The challenge that tells clients how to sign in.
    var challenge = Challenge.plain

    /// The code of the HTTP API.
    var code: String {
        switch self.reason {
        case "missing": return "unauthorized"
        case "expired": return "token_expired"
        case "revoked": return "token_revoked"
        default: return "invalid_token"
        }
    }

    var headers: HTTPFields {
        // Without a token the challenge names no error: the client has not done anything wrong yet.
        self.reason == "missing"
            ? [.wwwAuthenticate: self.challenge.text]
            : [.wwwAuthenticate: self.challenge.text(error: "invalid_token", self.message)]
    }
}
