import HTTPTypes
import Hummingbird

/// Names the origins whose pages may read responses (Fetch standard, CORS protocol).
///
/// Must stand outside of ``ResponseMiddleware``: error responses need the headers too. Why it is not Hummingbird's:
/// docs/decisions/0013-cors-stays-ours.md.
struct CORSMiddleware: RouterMiddleware {
    let policy: HostPolicy

    func handle(
        _ request: Request,
        context: CarrelRequestContext,
        next: (Request, CarrelRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let origin = request.headers[.origin], self.policy.allows(request) else { return response }
        let isPublic = HostPolicy.isPublic(request.uri.path)
        response.headers[.accessControlAllowOrigin] = isPublic ? "*" : origin
        response.headers[.accessControlExposeHeaders] = Self.exposed
        if !isPublic { response.headers.append(HTTPField(name: .vary, value: "Origin")) }
        return response
    }

    private static let exposed =
        "Mcp-Session-Id, WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"

    static func isPreflight(_ request: Request) -> Bool {
        request.method == .options && request.headers[.origin] != nil
            && request.headers[.accessControlRequestMethod] != nil
    }

    static func preflight() -> Response {
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
