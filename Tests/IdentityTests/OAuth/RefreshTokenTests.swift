import Identity
import Testing

struct RefreshTokenTests {
    @Test func aTokenSaysWhoseItIsAndCannotBeMadeUp() throws {
        let seal = try Seal(current: SigningKey(secret: Fixture.secret), previous: nil, purpose: "refresh tokens")
        let other = try Seal(current: SigningKey(secret: Fixture.secret), previous: nil, purpose: "forms")
        let token = RefreshToken(user: try UserID("alice"), grant: "0123456789abcdefABCDEF", number: 7)
        let text = try token.text(seal: seal)
        let read = try RefreshToken(text, seal: seal)
        #expect(read == token)
        let foreign = "crt_" + (try other.seal("alice 0123456789abcdefABCDEF 7".utf8))
        for text in ["", "crt_", "crt_a.b", String(text.dropFirst(4)), text + "A", foreign] {
            let read = try RefreshToken(text, seal: seal)
            #expect(read == nil, "\(text)")
        }
    }
}
