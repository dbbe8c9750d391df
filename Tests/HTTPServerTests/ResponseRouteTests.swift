import Testing

@testable import HTTPServer

struct ResponseRouteTests {
    @Test(arguments: [
        ("/mcp", "mcp"), ("/mcp/", "other"), ("/api/usage", "api"), ("/auth/login", "auth"), ("/oauth/token", "oauth"),
        ("/.well-known/oauth-authorization-server", "well-known"), ("/health/live", "health"), ("/", "other"),
        ("/apis", "other"), (nil, "other"),
    ])
    func unknownPathsShareOneLabel(_ path: String?, _ label: String) {
        #expect(ResponseMetrics.Route(path: path).label == label)
    }
}
