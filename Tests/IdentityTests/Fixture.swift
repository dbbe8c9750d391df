import Encodings
import Foundation
import JWTKit

@testable import Identity

/// Keys, a fixed clock, and hand-made tokens.
enum Fixture {
    static let secret = "0123456789abcdef0123456789ABCDEF-secret"
    static let now: Int64 = 1_800_000_000
    static let audience = "https://notes.example.com/mcp"

    static func verifier(previous: String? = nil) throws -> TokenVerifier {
        try TokenVerifier(
            current: SigningKey(secret: Self.secret),
            previous: previous.map { try SigningKey(secret: $0) },
            audience: Self.audience,
            now: { Self.now }
        )
    }

    static func issuer(secret: String = Self.secret) throws -> TokenIssuer {
        TokenIssuer(
            key: try SigningKey(secret: secret),
            issuer: "https://notes.example.com",
            audience: Self.audience,
            now: { Self.now }
        )
    }

    /// A token with exactly this header and these claims, signed with the secret.
    static func token(
        header: String = #"{"alg":"HS256","typ":"JWT"}"#,
        claims: String = #"{"sub":"alice","exp":1800000100}"#,
        secret: String = Self.secret
    ) throws -> String {
        let message = "\(Base64URL.encode(Array(header.utf8))).\(Base64URL.encode(Array(claims.utf8)))"
        let tag = try MessageAuthenticator(key: Array(secret.utf8)).tag(of: Array(message.utf8))
        return "\(message).\(Base64URL.encode(tag))"
    }

    /// The code of the rejection, or `nil`.
    static func refusal(_ token: String) throws -> IdentityError.Code? {
        do {
            _ = try Self.verifier().verify(token)
            return nil
        } catch let error as IdentityError {
            return error.code
        }
    }
}
