import Testing

@testable import Identity

struct OpenIDUserTests {
    @Test func aValidSubjectIsTheUserID() throws {
        let user = try OpenIDUser(subject: "hf_user_123", name: "Ann", issuer: "https://huggingface.co")
        #expect(user.id.value == "hf_user_123")
    }

    @Test(arguments: [
        "auth0|abc", "a@b.example", "../bob", "with space", "müller", "oidc-0123456789abcdef0123456789abcdef",
    ])
    func anyOtherStandsBehindADigestThatNobodyElseHas(subject: String) throws {
        let here = try OpenIDUser(subject: subject, name: nil, issuer: "https://one.example")
        let there = try OpenIDUser(subject: subject, name: nil, issuer: "https://two.example")
        #expect(here.id.value.hasPrefix("oidc-"))
        #expect(here.id.value.count == 37)
        #expect(here.id != there.id)
        #expect(here.id.value != subject)
    }

    @Test(arguments: ["", String(repeating: "x", count: 256)])
    func anEmptyOrOversizedSubjectIsRefused(subject: String) {
        #expect(throws: IdentityError.self) { try OpenIDUser(subject: subject, name: nil, issuer: "https://a.example") }
    }
}
