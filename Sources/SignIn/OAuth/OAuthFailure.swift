import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import Identity
import SharedState

/// An OAuth error (RFC 6749, sections 4.1.2.1 and 5.2).
struct OAuthFailure: Error, Sendable {
    let code: String
    let message: String
    let status: HTTPResponse.Status

    init(_ code: String, _ message: String, status: HTTPResponse.Status = .badRequest) {
        self.code = code
        self.message = message
        self.status = status
    }

    static func invalidRequest(_ message: String) -> OAuthFailure { OAuthFailure("invalid_request", message) }

    /// Maps a route's errors to OAuth error responses.
    static func catching(
        _ context: CarrelRequestContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await answer()
        } catch let failure as OAuthFailure {
            return failure.response()
        } catch let error as AccountError {
            return OAuthFailure(error.code.rawValue, error.message).response()
        } catch let error as IdentityError {
            return OAuthFailure(error.code.rawValue, error.message).response()
        } catch let error as APIError {
            return OAuthFailure.invalidRequest(error.message).response(error.headers)
        } catch let refusal as Refusal {
            return Self.response(to: refusal)
        } catch let error as SharedStateError {
            return Self.response(to: Refusal(error, context))
        }
    }

    private static func response(to refusal: Refusal) -> Response {
        switch refusal {
        case .limited(let excess):
            return OAuthFailure("slow_down", excess.message, status: .tooManyRequests).response(excess.headers)
        case .busy(let excess):
            return OAuthFailure("temporarily_unavailable", excess.message, status: .serviceUnavailable)
                .response(excess.headers)
        case .unavailable:
            let message = "The server cannot look that up now; try again in a moment."
            return OAuthFailure("temporarily_unavailable", message, status: .serviceUnavailable)
                .response(RetryAfter.moment.headers)
        case .unauthenticated, .unknownSession:
            let error = APIError(refusal)
            return OAuthFailure("invalid_request", error.message, status: error.status).response(error.headers)
        }
    }

    func response(_ headers: HTTPFields = [:]) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("error", self.code)
            writer.field("error_description", self.message)
        }
        var headers = headers
        headers[.cacheControl] = "no-store"
        return .json(writer.bytes, status: self.status, headers: headers)
    }
}
