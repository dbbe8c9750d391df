import Identity
import Testing

struct SealTests {
    private let key = Result { try SigningKey(secret: Fixture.secret) }
    private let other = Result { try SigningKey(secret: "another-secret-of-more-than-32-bytes-0123456789") }

    @Test func whatWasSealedIsOpened() throws {
        let seal = try Seal(current: self.key.get(), previous: nil, purpose: "test")
        for payload in ["", "a", "grüße\n\u{0}", String(repeating: "x", count: 5000)] {
            let opened = try seal.open(try seal.seal(payload.utf8))
            #expect(opened == Array(payload.utf8))
        }
    }

    @Test func anythingElseIsNot() throws {
        let seal = try Seal(current: self.key.get(), previous: nil, purpose: "test")
        let text = try seal.seal("payload".utf8)
        var altered = ["", ".", "a.b", "..", text + "x", text + ".", String(text.dropLast()), "AA" + text, text + "=="]
        for index in text.indices {
            var copy = text
            copy.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            // The last character of base64url has bits that stand for nothing; a text with them set is refused too.
            altered.append(copy)
        }
        for text in altered {
            let opened = try seal.open(text)
            #expect(opened == nil, "\(text)")
        }
    }

    @Test func aSealIsForOnePurposeAndOneKey() throws {
        let text = try Seal(current: self.key.get(), previous: nil, purpose: "one").seal("payload".utf8)
        let otherPurpose = try Seal(current: self.key.get(), previous: nil, purpose: "two").open(text)
        let otherKey = try Seal(current: self.other.get(), previous: nil, purpose: "one").open(text)
        let rotated = try Seal(current: self.other.get(), previous: self.key.get(), purpose: "one").open(text)
        #expect(otherPurpose == nil)
        #expect(otherKey == nil)
        #expect(rotated == Array("payload".utf8))
    }
}
