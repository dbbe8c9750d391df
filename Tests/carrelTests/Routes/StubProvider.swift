import Encodings
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

/// An OpenID provider that knows access tokens, on a port of its own.
enum StubProvider {
    /// Lends the provider's URL.
    ///
    /// - Parameter subjects: the `sub` of each access token; other tokens are refused.
    static func serve(
        _ subjects: [String: String],
        _ body: @escaping @Sendable (_ url: String) async throws -> Void
    ) async throws {
        let router = Router()
        router.get("/.well-known/openid-configuration") { request, _ in
            let url = "http://\(request.head.authority ?? "")"
            var writer = JSONWriter()
            writer.value([
                "issuer": .string(url), "authorization_endpoint": .string("\(url)/authorize"),
                "token_endpoint": .string("\(url)/token"), "jwks_uri": .string("\(url)/keys"),
                "userinfo_endpoint": .string("\(url)/userinfo"),
            ])
            return Self.json(writer)
        }
        router.get("/userinfo") { request, _ in
            let token = request.headers[.authorization]?.dropFirst("Bearer ".count)
            if token == "broken" { return Response(status: .internalServerError) }
            guard let subject = token.flatMap({ subjects[String($0)] }) else { return Response(status: .unauthorized) }
            var writer = JSONWriter()
            writer.value(["sub": .string(subject)])
            return Self.json(writer)
        }
        let configuration = ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0))
        try await Application(router: router, configuration: configuration).test(.live) { client in
            try await body("http://127.0.0.1:\(try #require(client.port))")
        }
    }

    private static func json(_ writer: JSONWriter) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: writer.bytes))
        )
    }
}
