import HTTPTypes
import Hummingbird
import Logging

/// Resolves the client's address behind trusted proxies, and adopts their request id.
struct ClientAddressMiddleware: RouterMiddleware {
    let proxies: TrustedProxies

    func handle(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let peer = context.address else { return try await next(request, context) }
        var context = context
        context.forwardedAddress = self.proxies.client(peer: peer, forwarded: request.headers[.xForwardedFor])
        if self.proxies.trusts(peer), let id = ForwardedRequestID.valid(request.headers[.requestID]) {
            context.logger[metadataKey: CarrelRequestContext.requestIDKey] = "\(id)"
        }
        return try await next(request, context)
    }
}
