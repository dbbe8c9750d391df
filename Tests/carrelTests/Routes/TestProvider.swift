import Crypto
import Encodings
import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import Testing

/// An OpenID provider on a port of this machine; the test says what its id tokens claim, and whose its access tokens are.
final class TestProvider: Sendable {
    let url: String
    private let answer: Answer

    private init(port: Int, answer: Answer) {
        self.url = "http://127.0.0.1:\(port)"
        self.answer = answer
    }

    /// Sets the claims of the id token for a login, or `nil` for none.
    func claim(_ claims: JSONObject?) {
        self.answer.claims.withLock { $0 = claims }
    }

    /// The claims that a login accepts.
    func claims(nonce: String, now: Int64) -> JSONObject {
        var claims = JSONObject()
        claims["iss"] = .string(self.url)
        claims["aud"] = "carrel"
        claims["sub"] = "ada"
        claims["name"] = "Ada L"
        claims["exp"] = .integer(now + 300)
        claims["iat"] = .integer(now)
        claims["nonce"] = .string(nonce)
        return claims
    }

    /// Lends a provider.
    ///
    /// - Parameter subjects: the `sub` of each access token; others are refused, but `broken`, which breaks the provider.
    static func lend(
        subjects: [String: String] = [:],
        _ body: @escaping @Sendable (TestProvider) async throws -> Void
    ) async throws {
        let answer = Answer(subjects: subjects)
        let router = Router(context: BasicRequestContext.self)
        router.get("/.well-known/openid-configuration") { request, _ in
            let url = "http://\(request.head.authority ?? "")"
            return Response.json(
                Answer.bytes([
                    "issuer": .string(url), "authorization_endpoint": .string("\(url)/authorize"),
                    "token_endpoint": .string("\(url)/token"), "jwks_uri": .string("\(url)/keys"),
                    "userinfo_endpoint": .string("\(url)/userinfo"),
                ])
            )
        }
        router.get("/keys") { _, _ in Response.json(Answer.bytes(answer.keys)) }
        router.get("/userinfo") { request, _ in answer.user(request.headers[.authorization]) }
        router.post("/token") { _, _ in try answer.token() }
        let address = ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0))
        var quiet = Logger(label: "provider")
        quiet.logLevel = .critical
        try await Application(router: router, configuration: address, logger: quiet).test(.live) { client in
            try await body(TestProvider(port: try #require(client.port), answer: answer))
        }
    }
}

extension TestProvider {
    /// What the provider answers, under a key of its own.
    fileprivate final class Answer: Sendable {
        let claims = Mutex<JSONObject?>(nil)
        private let subjects: [String: String]
        private let key = P256.Signing.PrivateKey()

        init(subjects: [String: String]) {
            self.subjects = subjects
        }

        var keys: JSONValue {
            let point = [UInt8](self.key.publicKey.rawRepresentation)
            return [
                "keys": [
                    [
                        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "k",
                        "x": .string(Base64URL.encode(point.prefix(32))),
                        "y": .string(Base64URL.encode(point.suffix(32))),
                    ]
                ]
            ]
        }

        func token() throws -> Response {
            guard let claims = self.claims.withLock({ $0 }) else {
                return .json(Self.bytes(["error": "invalid_grant"]), status: .badRequest)
            }
            let header = Base64URL.encode(Self.bytes(["alg": "ES256", "kid": "k"]))
            let signed = "\(header).\(Base64URL.encode(Self.bytes(.object(claims))))"
            let signature = try self.key.signature(for: Array(signed.utf8)).rawRepresentation
            return .json(Self.bytes(["id_token": .string("\(signed).\(Base64URL.encode([UInt8](signature)))")]))
        }

        func user(_ authorization: String?) -> Response {
            let token = authorization?.dropFirst("Bearer ".count)
            if token == "broken" { return Response(status: .internalServerError) }
            guard let subject = token.flatMap({ self.subjects[String($0)] }) else {
                return Response(status: .unauthorized)
            }
            return .json(Self.bytes(["sub": .string(subject)]))
        }

        static func bytes(_ value: JSONValue) -> [UInt8] {
            var writer = JSONWriter()
            writer.value(value)
            return writer.bytes
        }
    }
}
