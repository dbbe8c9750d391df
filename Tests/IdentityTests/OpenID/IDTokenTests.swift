import Encodings
import Foundation
import JWTKit
import Testing

@testable import Identity

struct IDTokenTests {
    private static func claims(_ changes: [String: Any] = [:], without: String? = nil) throws -> IDToken {
        var claims: [String: Any] = [
            "iss": "https://op.example", "sub": "ann", "aud": "me", "exp": 1_800_000_100, "iat": 1_800_000_000,
            "nonce": "n",
        ]
        for (name, value) in changes { claims[name] = value }
        if let without { claims[without] = nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return try decoder.decode(IDToken.self, from: JSONSerialization.data(withJSONObject: claims))
    }

    private static func check(_ token: IDToken) throws {
        try token.validate(issuer: "https://op.example", clientID: "me", nonce: "n", now: 1_800_000_000)
    }

    @Test func aTokenOfThisLoginIsAccepted() throws {
        try Self.check(try Self.claims())
        try Self.check(try Self.claims(["aud": ["me"]]))
        try Self.check(try Self.claims(["aud": ["me", "other"], "azp": "me"]))
    }

    @Test func otherTokensAreRefused() throws {
        let wrong: [[String: Any]] = [
            ["iss": "https://evil.example"], ["iss": "https://op.example/"], ["aud": "other"], ["aud": ["other"]],
            ["aud": ["me", "other"]], ["aud": ["me", "other"], "azp": "other"], ["azp": "other"],
            ["exp": 1_800_000_000], ["exp": 1_700_000_000], ["iat": 1_800_000_100], ["nonce": "m"], ["nonce": ""],
        ]
        for changes in wrong {
            let token = try Self.claims(changes)
            #expect(throws: IdentityError.self, "\(changes)") { try Self.check(token) }
        }
        let without = try Self.claims(without: "nonce")
        #expect(throws: IdentityError.self) { try Self.check(without) }
    }

    @Test(arguments: ["none", "HS256", "HS512", "rs256", ""])
    func onlyPublicKeyAlgorithmsAreAccepted(algorithm: String) {
        let header = Base64URL.encode(Array(#"{"alg":"\#(algorithm)","kid":"k"}"#.utf8))
        #expect(throws: IdentityError.self) { try IDTokenHeader(of: "\(header).e30.AAAA") }
    }

    @Test(arguments: ["", "a.b", "a.b.c.d", "e30.e30.AAAA", "!.e30.AAAA"])
    func textsThatAreNotTokensAreRefused(text: String) {
        #expect(throws: IdentityError.self) { try IDTokenHeader(of: text) }
    }
}
