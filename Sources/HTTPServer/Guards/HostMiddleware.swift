import HTTPTypes
import Hummingbird

/// Turns away requests that name another host, or that come from a foreign page; health is exempt.
struct HostMiddleware: RouterMiddleware {
    let policy: HostPolicy

    func handle(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !request.uri.path.hasPrefix("/health/") else { return try await next(request, context) }
        guard self.policy.allows(host: request.head.authority) else {
            return APIError(
                .misdirectedRequest,
                "forbidden",
                "This server does not answer for that host.",
                detail: "Set PUBLIC_URL to the URL that users type, or name the host in ALLOWED_HOSTS."
            ).response()
        }
        guard self.policy.allows(origin: request.headers[.origin]) else {
            return APIError(
                .forbidden,
                "forbidden",
                "Pages of that origin may not call this server.",
                detail: "Name the origin in ALLOWED_ORIGINS to let it in."
            ).response()
        }
        return try await next(request, context)
    }
}
