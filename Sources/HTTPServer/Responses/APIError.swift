import Encodings
package import HTTPTypes
package import Hummingbird

/// An error of the JSON API: `{error, message, detail}` with its status.
package struct APIError: Error, Sendable {
    package let status: HTTPResponse.Status
    package let code: String
    package let message: String
    package let detail: String?
    package var headers: HTTPFields

    package init(
        _ status: HTTPResponse.Status,
        _ code: String,
        _ message: String,
        detail: String? = nil,
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.headers = headers
    }

    package func response() -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("error", self.code)
            writer.field("message", self.message)
            writer.field("detail", self.detail)
        }
        return .json(writer.bytes, status: self.status, headers: self.headers)
    }
}

extension APIError {
    package static func validation(_ message: String, status: HTTPResponse.Status = .badRequest) -> APIError {
        APIError(status, "validation_error", message)
    }

    package static func notFound(_ message: String = "Not found.") -> APIError {
        APIError(.notFound, "not_found", message)
    }

    package static func forbidden(_ message: String, detail: String? = nil) -> APIError {
        APIError(.forbidden, "forbidden", message, detail: detail)
    }

    package static let internalError = APIError(
        .internalServerError,
        "internal_error",
        "The request failed in the server."
    )
}

extension APIError {
    package init(_ refusal: Refusal) {
        switch refusal {
        case .unauthenticated(let failure):
            self.init(.unauthorized, failure.code, failure.message, detail: failure.reason, headers: failure.headers)
        case .limited(let excess):
            self.init(.tooManyRequests, "rate_limited", excess.message, headers: excess.headers)
        case .unknownSession:
            self.init(.notFound, "not_found", "The session has ended or was never opened.")
        case .busy(let excess):
            self.init(.serviceUnavailable, "unavailable", excess.message, headers: excess.headers)
        case .unavailable:
            let headers = RetryAfter.moment.headers
            self.init(.serviceUnavailable, "unavailable", Refusal.unavailableMessage, headers: headers)
        }
    }
}
