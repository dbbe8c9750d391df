import Hummingbird

/// Rejects requests for other hosts or from other origins, except health checks.
///
/// Responds to preflights of allowed origins.
struct HostMiddleware: RouterMiddleware {
    let policy: HostPolicy

    func handle(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !request.uri.path.hasPrefix("/health/") else { return try await next(request, context) }
        guard self.policy.allows(host: request.head.authority) else {
            throw APIError(
                .misdirectedRequest,
                "forbidden",
                "This server does not answer for that host.",
                detail: "Set PUBLIC_URL to the URL that users type, or name the host in ALLOWED_HOSTS."
            )
        }
        guard self.policy.allows(request) else {
            throw APIError.forbidden(
                "Pages of that origin may not call this server.",
                detail: "Name the origin in ALLOWED_ORIGINS to allow it."
            )
        }
        return CORSMiddleware.isPreflight(request) ? CORSMiddleware.preflight() : try await next(request, context)
    }
}
