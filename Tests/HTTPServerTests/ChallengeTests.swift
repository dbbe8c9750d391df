import Testing

@testable import HTTPServer

struct ChallengeTests {
    @Test func aChallengeNamesMetadataAndError() throws {
        let challenge = Challenge(try PublicURL("https://notes.example.com"))
        let metadata = #"resource_metadata="https://notes.example.com/.well-known/oauth-protected-resource/mcp""#
        #expect(challenge.text == #"Bearer \#(metadata), scope="notes:read notes:write""#)
        let text = challenge.text(error: "insufficient_scope", #"It "lacks" \ it"#, scope: "notes:write")
        #expect(
            text
                == #"Bearer \#(metadata), scope="notes:write", error="insufficient_scope", error_description="It 'lacks' / it""#
        )
    }
}
