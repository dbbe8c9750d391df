import Identity
import Testing

struct CodeChallengeTests {
    /// RFC 7636, appendix B.
    private let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    @Test func theExampleOfTheRFCMatches() throws {
        let challenge = try #require(CodeChallenge(self.challenge))
        #expect(challenge.isMet(by: self.verifier))
        #expect(CodeChallenge(verifier: self.verifier) == challenge)
    }

    @Test(arguments: [
        "", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk ", "short",
    ])
    func otherVerifiersDoNotMatch(verifier: String) throws {
        let challenge = try #require(CodeChallenge(self.challenge))
        #expect(!challenge.isMet(by: verifier))
    }

    @Test func aVerifierHas43To128Characters() {
        for count in [42, 43, 128, 129] {
            let verifier = String(repeating: "a", count: count)
            #expect(CodeChallenge(verifier: verifier).isMet(by: verifier) == (43...128).contains(count))
        }
    }

    @Test(arguments: [
        "", "plain", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
    ])
    func aTextOfAnotherShapeIsNoChallenge(text: String) {
        #expect(CodeChallenge(text) == nil)
    }
}
