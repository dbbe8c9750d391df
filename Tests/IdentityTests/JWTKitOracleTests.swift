import JWTKit
import TestSupport
import Testing

@testable import Identity

/// Compares the verifier with JWTKit's on randomly generated and damaged tokens.
struct JWTKitOracleTests {
    private struct Anything: JWTPayload {
        let sub: String

        func verify(using _: some JWTAlgorithm) throws {}
    }

    @Test func verificationAgreesWithJWTKit() async throws {
        var generator = SeededGenerator(seed: 42)
        let key = try SigningKey(secret: Fixture.secret)
        let keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: Fixture.secret), digestAlgorithm: .sha256)
        await keys.add(
            hmac: HMACKey(from: Fixture.secret),
            digestAlgorithm: .sha256,
            kid: JWKIdentifier(string: key.id)
        )
        let verifier = try Fixture.verifier()
        let issuer = try Fixture.issuer()
        var good = 0
        var bad = 0
        for round in 0..<3000 {
            var token = Array(
                round.isMultiple(of: 3)
                    ? try await issuer.issue(user: UserID("user\(round)"), lifetime: .seconds(60)).token.utf8
                    : try Fixture.token(claims: #"{"sub":"user\#(round)","exp":1800000100,"n":\#(round)}"#).utf8
            )
            if !round.isMultiple(of: 2) {
                let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)
                let index = Int.random(in: token.indices, using: &generator)
                token[index] = alphabet.randomElement(using: &generator) ?? 0
            }
            let text = String(decoding: token, as: UTF8.self)
            let ours = Self.accepts { _ = try verifier.verify(text) }
            let theirs = await Self.accepts { _ = try await keys.verify(text, as: Anything.self) }
            // Must reject whatever JWTKit rejects; may reject more for claims or header.
            if ours { #expect(theirs, "\(text)") }
            if round.isMultiple(of: 2) { #expect(ours == theirs, "\(text)") }
            if ours { good += 1 } else { bad += 1 }
        }
        #expect(good >= 1500)
        #expect(bad > 1000)
    }

    private static func accepts(_ body: () throws -> Void) -> Bool {
        do {
            try body()
            return true
        } catch {
            return false
        }
    }

    private static func accepts(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch {
            return false
        }
    }
}
