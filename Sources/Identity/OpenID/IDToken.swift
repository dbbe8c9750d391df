import Encodings
import Foundation
import JWTKit

/// The claims of an id token (OpenID Connect Core 1.0, section 2).
struct IDToken: JWTPayload {
    let iss: String
    let sub: String
    let aud: AudienceClaim
    let exp: ExpirationClaim
    let iat: IssuedAtClaim?
    let nonce: String?
    let azp: String?
    // The names are those of the registered claims.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let preferred_username: String?
    let name: String?

    func verify(using _: some JWTAlgorithm) throws {}

    /// Validates issuer, audience, expiry and nonce (section 3.1.3.7).
    func validate(issuer: String, clientID: String, nonce: String, now: Int64) throws {
        guard self.iss == issuer else { throw Self.refusal("it is from another provider") }
        guard self.aud.value.contains(clientID), self.azp ?? clientID == clientID,
            self.aud.value.count == 1 || self.azp == clientID
        else { throw Self.refusal("it is for another client") }
        guard self.exp.value.timeIntervalSince1970 > Double(now) else { throw Self.refusal("it has expired") }
        if let iat = self.iat, iat.value.timeIntervalSince1970 > Double(now + 60) {
            throw Self.refusal("its 'iat' is in the future")
        }
        guard self.nonce == nonce else { throw Self.refusal("it belongs to another login") }
    }

    static func refusal(_ reason: String) -> IdentityError {
        IdentityError(.notProven, "The provider's id_token is refused: \(reason).")
    }
}

/// The unverified header of an id token.
struct IDTokenHeader: Decodable {
    let alg: String
    let kid: String?

    /// Public-key algorithms only: with HS256 the client secret could sign tokens for any user.
    private static let allowed: Set<String> = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]

    init(of token: String) throws {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= 16384, parts.count == 3, let bytes = Base64URL.decode(parts[0]) else {
            throw IDToken.refusal("it is not a JWT")
        }
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw IDToken.refusal("it is not a JWT")
        }
        guard Self.allowed.contains(self.alg) else { throw IDToken.refusal("it is not signed with a public key") }
    }
}
