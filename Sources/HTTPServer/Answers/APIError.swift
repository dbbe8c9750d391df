import Encodings
import HTTPTypes
import Hummingbird
import MCPCore

/// An error of the HTTP API: `{error, message, detail}` with its status.
struct APIError: Error, Sendable {
    let status: HTTPResponse.Status
    let code: String
    let message: String
    let detail: String?
    var headers: HTTPFields

    init(
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

    func response() -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.value(self.code)
        writer.key("message")
        writer.value(self.message)
        writer.key("detail")
        if let detail = self.detail { writer.value(detail) } else { writer.null() }
        writer.endObject()
        return .json(writer.bytes, status: self.status, headers: self.headers)
    }
}
