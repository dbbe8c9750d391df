import Dispatch
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import SharedState

/// Stands before all routes and guards: every answer of the server passes here.
///
/// What a route throws becomes an answer here and nowhere else. Each is counted; one that reports an error names its
/// request, and while the worker drains each asks the client to open its next connection elsewhere.
struct AnswerMiddleware: RouterMiddleware {
    let readiness: Readiness
    let metrics = ResponseMetrics()

    func handle(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.trace = request.headers[.traceparent].flatMap { TraceContext($0) }
        if let trace = context.trace {
            context.logger[metadataKey: "trace_id"] = "\(trace.traceID)"
            context.logger[metadataKey: "parent_id"] = "\(trace.parentID)"
        }
        let start = DispatchTime.now()
        var response = await self.answer(request, context: context, next: next)
        self.metrics.answered(path: context.endpointPath, status: response.status.code)
        if response.status.code >= 400 { response.headers[.requestID] = context.id }
        if request.method == .head { response = response.createHeadResponse() }
        if self.readiness.isDraining { response.headers[.connection] = "close" }
        context.logger.debug(
            "Answered",
            metadata: [
                "http.method": "\(request.method)", "http.path": "\(request.uri.path)",
                "http.status": "\(response.status.code)",
                "duration_ms": "\(Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e6)",
            ]
        )
        return response
    }

    private func answer(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async -> Response {
        do {
            return try await next(request, context)
        } catch let error as APIError {
            return error.response()
        } catch let error as SharedStateError {
            context.logger.error("The shared state is unavailable", metadata: ["error": "\(error)"])
            return APIError(
                .serviceUnavailable,
                "unavailable",
                "The server cannot check the request now; try again in a moment.",
                headers: [.retryAfter: "1"]
            ).response()
        } catch let error as any HTTPResponseError {
            return Self.error(for: error.status).response()
        } catch  where Self.isOfConnection(error) {
            context.logger.debug("The request ended before its body", metadata: ["error": "\(error)"])
            return APIError(.badRequest, "validation_error", "The request's body did not come as it should.").response()
        } catch {
            context.logger.error("Request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return APIError(.internalServerError, "internal_error", "Something broke in the server.").response()
        }
    }

    /// Whether the client broke off or sent what is no HTTP; all other use of connections has errors of its own.
    private static func isOfConnection(_ error: any Error) -> Bool {
        error is HTTPParserError || error is ChannelError || error is IOError || error is CancellationError
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

extension HTTPField.Name {
    // The names are plain tokens, which is all the initialiser asks for.
    static let requestID = HTTPField.Name("X-Request-Id") ?? .cookie
    static let traceparent = HTTPField.Name("traceparent") ?? .cookie
}
