import Encodings
import HTTPServer
import Hummingbird
import NIOCore

/// The fields of a form or a query; a name may have several values.
struct Form: Sendable {
    private let fields: [String: [String]]

    /// Parses text such as `a=1&b=two+words`; `nil` if its percent-encoding is invalid.
    init?(_ text: some StringProtocol) {
        var fields: [String: [String]] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let words = parts.map { PercentEncoding.decode($0, plusIsSpace: true) }
            guard let name = words[0], let value = words.count == 2 ? words[1] : "" else { return nil }
            fields[name, default: []].append(value)
        }
        self.fields = fields
    }

    /// The form in a request's body.
    ///
    /// - Throws: ``APIError`` for another content type, a body over 32 KiB and invalid encoding.
    static func reading(_ request: Request) async throws -> Form {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
        guard type?.filter({ $0 != " " }) == "application/x-www-form-urlencoded" else {
            throw APIError(
                .unsupportedMediaType,
                "invalid_request",
                "The body must be a form: send 'Content-Type: application/x-www-form-urlencoded'."
            )
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: 32768)
        } catch is NIOTooManyBytesError {
            throw APIError(.contentTooLarge, "invalid_request", "The form is too large.")
        }
        guard let form = Form(String(buffer: body)) else {
            throw APIError(.badRequest, "invalid_request", "The body is not a validly encoded form.")
        }
        return form
    }

    /// The only value of a name; `nil` if it is empty or repeated (RFC 6749, section 3.1).
    subscript(_ name: String) -> String? {
        guard let values = self.fields[name], values.count == 1, !values[0].isEmpty else { return nil }
        return values[0]
    }

    func all(_ name: String) -> [String] { self.fields[name] ?? [] }

    /// The first of these names that has several values.
    func repeated(_ names: [String]) -> String? {
        names.first { self.fields[$0].map { $0.count > 1 } ?? false }
    }
}
