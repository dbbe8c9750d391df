import HTTPTypes
import Hummingbird
import MCPCore

/// An error as OAuth has it (RFC 6749, sections 4.1.2.1 and 5.2).
struct OAuthFailure: Error, Sendable {
    let code: String
    let message: String
    var status: HTTPResponse.Status = .badRequest

    init(_ code: String, _ message: String, status: HTTPResponse.Status = .badRequest) {
        self.code = code
        self.message = message
        self.status = status
    }

    static func invalidRequest(_ message: String) -> OAuthFailure { OAuthFailure("invalid_request", message) }

    static let invalidGrant = OAuthFailure("invalid_grant", "The code or token is not valid, or no longer.")

    func response() -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.value(self.code)
        writer.key("error_description")
        writer.value(self.message)
        writer.endObject()
        return .json(writer.bytes, status: self.status, headers: [.cacheControl: "no-store"])
    }
}
