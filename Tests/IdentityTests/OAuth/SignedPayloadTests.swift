import Identity
import Testing

struct SignedPayloadTests {
    private let key = Result { try SigningKey(secret: Fixture.secret) }
    private let other = Result { try SigningKey(secret: "another-secret-of-more-than-32-bytes-0123456789") }

    @Test func aSignedPayloadIsVerified() throws {
        let signer = try SignedPayload(current: self.key.get(), previous: nil, purpose: "test")
        for payload in ["", "a", "grüße\n\u{0}", String(repeating: "x", count: 5000)] {
            let opened = try signer.verify(try signer.sign(payload.utf8))
            #expect(opened == Array(payload.utf8))
        }
    }

    @Test func anAlteredPayloadIsRefused() throws {
        let signer = try SignedPayload(current: self.key.get(), previous: nil, purpose: "test")
        let text = try signer.sign("payload".utf8)
        var altered = ["", ".", "a.b", "..", text + "x", text + ".", String(text.dropLast()), "AA" + text, text + "=="]
        for index in text.indices {
            var copy = text
            copy.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            // The unused bits of the last base64url character must be zero.
            altered.append(copy)
        }
        for text in altered {
            let opened = try signer.verify(text)
            #expect(opened == nil, "\(text)")
        }
    }

    @Test func signaturesDependOnPurposeAndKey() throws {
        let text = try SignedPayload(current: self.key.get(), previous: nil, purpose: "one").sign("payload".utf8)
        let otherPurpose = try SignedPayload(current: self.key.get(), previous: nil, purpose: "two").verify(text)
        let otherKey = try SignedPayload(current: self.other.get(), previous: nil, purpose: "one").verify(text)
        let rotated = try SignedPayload(current: self.other.get(), previous: self.key.get(), purpose: "one").verify(
            text
        )
        #expect(otherPurpose == nil)
        #expect(otherKey == nil)
        #expect(rotated == Array("payload".utf8))
    }
}
