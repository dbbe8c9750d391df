import Dispatch
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import SharedState

/// Maps errors of middleware and routes to responses, and counts every response.
///
/// Error responses carry the request id. While the worker drains, every response asks for its connection to be closed.
package struct ResponseMiddleware: RouterMiddleware {
    let readiness: Readiness
    let metrics = ResponseMetrics()

    package init(readiness: Readiness) {
        self.readiness = readiness
    }

    package func handle(
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
        var response = await self.response(request, context: context, next: next)
        self.metrics.responded(path: context.endpointPath, status: response.status.code)
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

    private func response(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async -> Response {
        do {
            return try await next(request, context)
        } catch {
            return Self.error(error, of: request, context).response()
        }
    }

    private static func error(_ error: any Error, of request: Request, _ context: CarrelRequestContext) -> APIError {
        switch error {
        case let error as APIError: return error
        case let refusal as Refusal: return APIError(refusal)
        case let error as SharedStateError: return APIError(Refusal(error, context))
        case let error as any HTTPResponseError: return Self.error(for: error.status)
        case is HTTPParserError, is ChannelError, is IOError, is CancellationError:
            // The client closed the connection or sent invalid HTTP; all other I/O has errors of its own.
            context.logger.debug("The request ended before its body", metadata: ["error": "\(error)"])
            return .validation("The request body is incomplete.")
        default:
            context.logger.error("Request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return .internalError
        }
    }

    private static func error(for status: HTTPResponse.Status) -> APIError {
        switch status {
        case .notFound: return .notFound()
        case .methodNotAllowed: return .validation("This path does not take that method.", status: status)
        case .contentTooLarge: return APIError(status, "note_too_large", "The body is too large.")
        default: return .validation("The request is invalid.", status: status)
        }
    }
}
