import Identity
import Testing

struct RefreshTokenTests {
    @Test func aRefreshTokenIsSigned() throws {
        let signer = try SignedPayload(
            current: SigningKey(secret: Fixture.secret),
            previous: nil,
            purpose: "refresh tokens"
        )
        let other = try SignedPayload(current: SigningKey(secret: Fixture.secret), previous: nil, purpose: "forms")
        let token = RefreshToken(user: try UserID("alice"), grant: "0123456789abcdefABCDEF", number: 7)
        let text = try token.text(signedBy: signer)
        let read = try RefreshToken(text, signedBy: signer)
        #expect(read == token)
        let foreign = "crt_" + (try other.sign("alice 0123456789abcdefABCDEF 7".utf8))
        for text in ["", "crt_", "crt_a.b", String(text.dropFirst(4)), text + "A", foreign] {
            let read = try RefreshToken(text, signedBy: signer)
            #expect(read == nil, "\(text)")
        }
    }
}
