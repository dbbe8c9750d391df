import Testing

@testable import Identity

struct TokenVerifierTests {
    @Test func anIssuedTokenAuthenticatesItsUser() async throws {
        let issued = try await Fixture.issuer().issue(
            user: UserID("alice"),
            lifetime: .seconds(60),
            scopes: .notesRead,
            clientID: "client"
        )
        let principal = try Fixture.verifier().verify(issued.token)
        #expect(principal.user.value == "alice")
        #expect(principal.scopes == .notesRead)
        #expect(principal.tokenID == issued.tokenID)
        #expect(principal.issuedAt == Fixture.now)
        #expect(principal.expiresAt == Fixture.now + 60)
        #expect(principal.clientID == "client")
    }

    @Test func aTokenWithoutScopeHasAllScopes() throws {
        let token = try Fixture.token(claims: #"{"sub": "hf_user_123", "iat": 1799999999, "exp": 1800000100}"#)
        let principal = try Fixture.verifier().verify(token)
        let again = try Fixture.verifier().verify(token)
        #expect(principal.user.value == "hf_user_123")
        #expect(principal.scopes == .all)
        #expect(principal.tokenID.count == 64)
        #expect(principal.tokenID == again.tokenID)
    }

    @Test func aSubstringIsVerifiedToo() throws {
        let token = try Fixture.token()
        let principal = try Fixture.verifier().verify(Substring(token))
        #expect(principal.user.value == "alice")
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"NONE"}"#, #"{"alg":""}"#, #"{}"#, #"{"alg":null}"#,
        #"{"alg":["HS256"]}"#, #"{"alg":"HS384"}"#, #"{"alg":"HS512"}"#, #"{"alg":"RS256"}"#, #"{"alg":"ES256"}"#,
        #"{"alg":"hs256"}"#, #"{"alg":"HS256 "}"#, #"{"Alg":"HS256"}"#,
    ])
    func otherAlgorithmsAreRefused(header: String) throws {
        let code = try Fixture.refusal(try Fixture.token(header: header))
        #expect(code == .unsupportedAlgorithm)
    }

    @Test func anUnsignedTokenIsRefused() throws {
        // RFC 7519, section 6.1.
        let token =
            "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        let code = try Fixture.refusal(token)
        #expect(code == .unsupportedAlgorithm)
    }

    @Test(arguments: [
        #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","b64":false}"#, #"{"alg":"HS256","kid":1}"#,
        #"{"alg":"HS256","typ":"JWE"}"#, #"{"alg":"HS256","typ":1}"#, #"{"alg":"HS256","alg":"none"}"#,
        #"{"alg":"none","\u0061lg":"HS256"}"#, #"{"alg":"HS256"} "x""#, #"["HS256"]"#, #"{"alg":"HS256",}"#, "",
        #"{"alg":"HS256"#,
    ])
    func otherHeadersAreMalformed(header: String) throws {
        let code = try Fixture.refusal(try Fixture.token(header: header))
        #expect(code == .malformed)
    }

    @Test(arguments: ["other", "../../etc/passwd", "' OR 1=1", ""])
    func anUnknownKeyIsRefused(kid: String) throws {
        let code = try Fixture.refusal(try Fixture.token(header: #"{"alg":"HS256","kid":"\#(kid)"}"#))
        #expect(code == .unknownKey)
    }

    @Test func anotherSecretIsABadSignature() throws {
        let token = try Fixture.token(secret: "another-secret-another-secret-another")
        let code = try Fixture.refusal(token)
        #expect(code == .badSignature)
    }

    @Test func aTruncatedTokenIsRefused() throws {
        let token = try Fixture.token()
        for count in 0..<token.utf8.count {
            let code = try Fixture.refusal(String(token.prefix(count)))
            #expect(code == .malformed || code == .badSignature, "cut at \(count): \(String(describing: code))")
        }
    }

    @Test func aModifiedTokenIsRefused() throws {
        let token = Array(try Fixture.token().utf8)
        for index in token.indices {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let code = try Fixture.refusal(String(decoding: changed, as: UTF8.self))
            #expect(code != nil, "changed at \(index)")
        }
    }

    @Test func invalidUserIDsAreRefused() throws {
        let token = try Fixture.token()
        let parts = token.split(separator: ".").map(String.init)
        let others = [
            "", ".", "..", "...", "a.b.c", " \(token)", "\(token) ", "\(token)=", "\(token).", ".\(token)",
            "\(parts[0])..\(parts[2])", "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])",
            "\(parts[0]).\(parts[1]).\(parts[2]).\(parts[2])", "\(parts[0])=.\(parts[1]).\(parts[2])",
            token + String(repeating: "A", count: 9000), "\u{e9}\(token)",
        ]
        for other in others {
            let code = try Fixture.refusal(other)
            #expect(code != nil, "\(other.prefix(60))")
        }
    }

    @Test(
        arguments: [
            (#"{"sub":"alice","exp":1800000001}"#, nil), (#"{"sub":"alice","exp":1800000000}"#, .expired),
            (#"{"sub":"alice","exp":1799999999}"#, .expired), (#"{"sub":"alice","exp":1.8000001e9}"#, nil),
            (#"{"sub":"alice","exp":9e300}"#, nil), (#"{"sub":"alice","exp":-1}"#, .expired),
            (#"{"sub":"alice","exp":0}"#, .expired), (#"{"sub":"alice"}"#, .invalidClaim),
            (#"{"sub":"alice","exp":"1800000100"}"#, .invalidClaim), (#"{"sub":"alice","exp":null}"#, .invalidClaim),
            (#"{"sub":"alice","exp":true}"#, .invalidClaim), (#"{"sub":"alice","exp":1e999}"#, .malformed),
            (#"{"sub":"alice","exp":NaN}"#, .malformed), (#"{"sub":"alice","exp":1800000100,"nbf":1800000030}"#, nil),
            (#"{"sub":"alice","exp":1800000100,"nbf":1800000031}"#, .notYetValid),
            (#"{"sub":"alice","exp":1800000100,"nbf":"x"}"#, .invalidClaim),
            (#"{"sub":"alice","exp":1800000100,"iat":"x"}"#, .invalidClaim),
        ] as [(String, IdentityError.Code?)]
    )
    func timesAreKept(claims: String, refusal: IdentityError.Code?) throws {
        let code = try Fixture.refusal(try Fixture.token(claims: claims))
        #expect(code == refusal)
    }

    @Test(
        arguments: [
            (#""https://notes.example.com/mcp""#, nil), (#"["x","https://notes.example.com/mcp"]"#, nil),
            (#""https://evil.com/mcp""#, .wrongAudience), (#""https://notes.example.com""#, .wrongAudience),
            (#"[]"#, .wrongAudience), (#"[1]"#, .invalidClaim), (#"1"#, .invalidClaim), (#"null"#, .invalidClaim),
            (#"{}"#, .invalidClaim),
        ] as [(String, IdentityError.Code?)]
    )
    func anAudienceMustBeOurs(audience: String, refusal: IdentityError.Code?) throws {
        let claims = #"{"sub":"alice","exp":1800000100,"aud":\#(audience)}"#
        let code = try Fixture.refusal(try Fixture.token(claims: claims))
        #expect(code == refusal)
    }

    @Test(
        arguments: [
            (#"{"sub":"../bob","exp":1800000100}"#, .invalidUser), (#"{"sub":"","exp":1800000100}"#, .invalidUser),
            (#"{"sub":"b\u0430b","exp":1800000100}"#, .invalidUser), (#"{"sub":1,"exp":1800000100}"#, .invalidClaim),
            (#"{"sub":["alice"],"exp":1800000100}"#, .invalidClaim), (#"{"exp":1800000100}"#, .invalidClaim),
            (#"{"sub":"alice","sub":"bob","exp":1800000100}"#, .malformed),
            (#"{"sub":"alice","s\u0075b":"bob","exp":1800000100}"#, .malformed),
            (#"{"sub":"alice","exp":1800000100,"jti":1}"#, .invalidClaim),
            (#"{"sub":"alice","exp":1800000100,"jti":""}"#, .invalidClaim),
            (#"{"sub":"alice","exp":1800000100,"scope":["notes:read"]}"#, .invalidClaim),
            (#"{"sub":"alice","exp":1800000100,"client_id":1}"#, .invalidClaim),
            (#"{"sub":"alice","exp":1800000100,"iss":1}"#, .invalidClaim),
            (#"{"sub":"alice","exp":1800000100,"x":{"sub":"bob"},"y":[[1]]}"#, nil),
            (#"{"sub":"alice","exp":1800000100,"x":[[[[[[[[[[[[1]]]]]]]]]]]]}"#, .malformed),
            (#"{"sub":"\ud800","exp":1800000100}"#, .malformed), (#"{"sub":"alice","exp":01}"#, .malformed),
            (#"{"sub":"alice" "exp":1}"#, .malformed), (#"{'sub':'alice'}"#, .malformed), ("null", .malformed),
        ] as [(String, IdentityError.Code?)]
    )
    func claimsAreOfTheirTypes(claims: String, refusal: IdentityError.Code?) throws {
        let code = try Fixture.refusal(try Fixture.token(claims: claims))
        #expect(code == refusal)
    }

    @Test func claimsAreNotReadBeforeTheSignature() throws {
        let token = try Fixture.token(claims: "not json at all", secret: "another-secret-another-secret-another")
        let code = try Fixture.refusal(token)
        #expect(code == .badSignature)
    }

    @Test(
        arguments: [
            ("notes:read", ScopeSet.notesRead), ("notes:write notes:read", .all), ("", []), ("admin", []),
            ("notes:read admin", .notesRead), ("NOTES:READ", []),
        ] as [(String, ScopeSet)]
    )
    func onlyKnownScopesAllowSomething(scope: String, expected: ScopeSet) throws {
        let token = try Fixture.token(claims: #"{"sub":"alice","exp":1800000100,"scope":"\#(scope)"}"#)
        let principal = try Fixture.verifier().verify(token)
        #expect(principal.scopes == expected)
    }

    @Test func thePreviousSecretIsAcceptedDuringRotation() async throws {
        let old = "the-old-secret-the-old-secret-the-old-secret"
        let issued = try await Fixture.issuer(secret: old).issue(user: UserID("alice"), lifetime: .seconds(60))
        let foreign = try Fixture.token(secret: old)
        let rotating = try Fixture.verifier(previous: old)
        let withKid = try rotating.verify(issued.token)
        let withoutKid = try rotating.verify(foreign)
        let after = try Fixture.refusal(issued.token)
        #expect(withKid.user.value == "alice")
        #expect(withoutKid.user.value == "alice")
        #expect(after == .unknownKey)
    }

    @Test func tasksVerifyConcurrently() async throws {
        let verifier = try Fixture.verifier()
        let tokens = try (0..<50).map { try Fixture.token(claims: #"{"sub":"user\#($0)","exp":1800000100}"#) }
        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var wrong = 0
                    for _ in 0..<100 {
                        for (index, token) in tokens.enumerated() {
                            if try verifier.verify(token).user.value != "user\(index)" { wrong += 1 }
                        }
                    }
                    return wrong
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
