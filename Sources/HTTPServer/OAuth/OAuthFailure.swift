import Encodings
import HTTPTypes
import Hummingbird
import Identity
import Logging
import MCPCore
import SharedState

/// An error as OAuth has it (RFC 6749, sections 4.1.2.1 and 5.2).
struct OAuthFailure: Error, Sendable {
    let code: String
    let message: String
    var status: HTTPResponse.Status = .badRequest

    init(_ code: String, _ message: String, status: HTTPResponse.Status = .badRequest) {
        self.code = code
        self.message = message
        self.status = status
    }

    static func invalidRequest(_ message: String) -> OAuthFailure { OAuthFailure("invalid_request", message) }

    static let invalidGrant = OAuthFailure("invalid_grant", "The code or token is not valid, or no longer.")

    /// Turns whatever a route throws into an error of OAuth's own shape.
    static func catching(
        _ context: CarrelRequestContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await answer()
        } catch let failure as OAuthFailure {
            return failure.response()
        } catch let error as IdentityError {
            return OAuthFailure(error.code.rawValue, error.message).response()
        } catch let error as APIError {
            let isOverLimit = error.status == .tooManyRequests
            var response = OAuthFailure(
                isOverLimit ? "slow_down" : "invalid_request",
                error.message,
                status: isOverLimit ? .tooManyRequests : .badRequest
            ).response()
            for field in error.headers { response.headers.append(field) }
            return response
        } catch let error as SharedStateError {
            context.logger.error("The shared state is unavailable", metadata: ["error": "\(error)"])
            var response = OAuthFailure(
                "temporarily_unavailable",
                "The server cannot look that up now; try again in a moment.",
                status: .serviceUnavailable
            ).response()
            response.headers[.retryAfter] = "1"
            return response
        }
    }

    func response() -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.value(self.code)
        writer.key("error_description")
        writer.value(self.message)
        writer.endObject()
        return .json(writer.bytes, status: self.status, headers: [.cacheControl: "no-store"])
    }
}
