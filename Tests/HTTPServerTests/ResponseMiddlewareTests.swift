import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import SharedState
import Testing

@testable import HTTPServer

struct ResponseMiddlewareTests {
    private struct Unexpected: Error {}

    /// The response to a request whose route throws.
    private static func response(to error: any Error) async throws -> TestResponse {
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let router = Router(context: CarrelRequestContext.self)
        router.add(middleware: ResponseMiddleware(readiness: Readiness {}))
        router.get("/x") { _, _ -> Response in throw error }
        return try await Application(router: router, logger: quiet).test(.router) { client in
            try await client.execute(uri: "/x", method: .get)
        }
    }

    @Test(
        arguments: [
            (APIError(.conflict, "conflict", "Twice."), 409, "conflict"),
            (Refusal.unavailable, 503, "unavailable"), (Refusal.unknownSession, 404, "not_found"),
            (SharedStateError(.unavailable, "Redis is down."), 503, "unavailable"),
            (HTTPError(.notFound), 404, "not_found"), (HTTPError(.methodNotAllowed), 405, "validation_error"),
            (HTTPError(.contentTooLarge), 413, "note_too_large"), (HTTPError(.badRequest), 400, "validation_error"),
            (CancellationError(), 400, "validation_error"), (Unexpected(), 500, "internal_error"),
        ] as [(any Error, Int, String)]
    )
    func errorsAreAnsweredByTheirKind(error: any Error, status: Int, code: String) async throws {
        let response = try await Self.response(to: error)
        let text = String(buffer: response.body)
        #expect(response.status.code == status)
        #expect(text.hasPrefix(#"{"error":"\#(code)","message":"#))
        #expect(response.headers[.contentType] == "application/json")
        #expect(response.headers[.requestID] != nil)
    }

    @Test func reasonsOfTheStateStayInTheServer() async throws {
        let response = try await Self.response(to: SharedStateError(.unavailable, "Redis at 10.0.0.1 is down."))
        let text = String(buffer: response.body)
        #expect(!text.contains("10.0.0.1"))
        #expect(response.headers[.retryAfter] == "1")
    }
}
