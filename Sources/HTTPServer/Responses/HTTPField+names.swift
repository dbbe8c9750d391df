package import HTTPTypes

extension HTTPField.Name {
    package static let mcpSessionID = Self.named("Mcp-Session-Id")
    package static let mcpProtocolVersion = Self.named("MCP-Protocol-Version")
    package static let rateLimit = Self.named("RateLimit")
    package static let rateLimitPolicy = Self.named("RateLimit-Policy")
    package static let referrerPolicy = Self.named("Referrer-Policy")
    package static let requestID = Self.named("X-Request-Id")
    package static let traceparent = Self.named("traceparent")
    package static let xForwardedFor = Self.named("X-Forwarded-For")
    package static let xFrameOptions = Self.named("X-Frame-Options")

    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else {
            preconditionFailure("'\(text)' is not a token (RFC 9110, 5.6.2).")
        }
        return name
    }
}
