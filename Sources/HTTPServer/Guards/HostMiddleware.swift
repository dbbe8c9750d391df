import HTTPTypes
import Hummingbird

/// Turns away requests that name another host, or that come from a foreign page; health is exempt.
///
/// Tells browsers which pages may read the answers (CORS).
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
        // What needs no cookie and gives nothing away by itself may be asked from any page.
        let isPublic = Self.publicPaths.contains(request.uri.path) || request.uri.path.hasPrefix("/.well-known/")
        guard isPublic || self.policy.allows(origin: request.headers[.origin]) else {
            return APIError(
                .forbidden,
                "forbidden",
                "Pages of that origin may not call this server.",
                detail: "Name the origin in ALLOWED_ORIGINS to let it in."
            ).response()
        }
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        var response =
            request.method == .options && request.headers[.accessControlRequestMethod] != nil
            ? Self.preflight() : try await next(request, context)
        response.headers[.accessControlAllowOrigin] = isPublic ? "*" : origin
        response.headers[.accessControlExposeHeaders] = Self.exposed
        if !isPublic { response.headers.append(HTTPField(name: .vary, value: "Origin")) }
        return response
    }

    private static let publicPaths: Set<String> = ["/oauth/register", "/oauth/token", "/oauth/revoke"]
    private static let exposed =
        "Mcp-Session-Id, WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"

    /// The answer to a browser that asks whether a page may call (the Fetch standard, CORS preflight).
    private static func preflight() -> Response {
        Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE",
                .accessControlAllowHeaders:
                    "Authorization, Content-Type, Accept, Mcp-Session-Id, MCP-Protocol-Version, "
                    + "Mcp-Method, Mcp-Name, Last-Event-ID, If-Match, If-None-Match, Idempotency-Key, traceparent, tracestate",
                .accessControlMaxAge: "600",
            ]
        )
    }
}
