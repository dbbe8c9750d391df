import HTTPTypes
import Hummingbird
import Logging
import SharedState

/// Turns what a route throws into an answer; the only place where that happens.
struct ErrorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as APIError {
            return error.response()
        } catch let error as SharedStateError {
            context.logger.error("The shared state is away", metadata: ["error": "\(error)"])
            return APIError(
                .serviceUnavailable,
                "unavailable",
                "The server cannot check the request now; try again in a moment.",
                headers: [.retryAfter: "1"]
            ).response()
        } catch let error as any HTTPResponseError {
            return Self.error(for: error.status).response()
        } catch {
            context.logger.error("Request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return APIError(.internalServerError, "internal_error", "Something broke in the server.").response()
        }
    }

    private static func error(for status: HTTPResponse.Status) -> APIError {
        switch status {
        case .notFound: return APIError(status, "not_found", "There is nothing at this address.")
        case .methodNotAllowed: return APIError(status, "validation_error", "This address does not take that method.")
        case .contentTooLarge: return APIError(status, "note_too_large", "The body is too large.")
        default: return APIError(status, "validation_error", "The request cannot be answered.")
        }
    }
}
