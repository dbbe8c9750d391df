import Foundation
import Identity
import Testing

struct ClientMetadataTests {
    private static func read(_ json: String) throws -> ClientMetadata { try ClientMetadata(json: Data(json.utf8)) }

    @Test func unknownMembersAreIgnored() throws {
        let metadata = try Self.read(
            #"{"client_name":" My App ","redirect_uris":["https://a.example/cb"],"logo_uri":"x","contacts":[1],"jwks":{}}"#
        )
        #expect(metadata.name == "My App")
        #expect(metadata.redirectURIs == ["https://a.example/cb"])
    }

    @Test func anUnnamedClientIsNamedByItsRedirect() throws {
        let metadata = try Self.read(#"{"redirect_uris":["cursor://anysphere/cb"]}"#)
        #expect(metadata.name == "cursor:")
    }

    @Test(arguments: [
        "", "[]", "null", "{}", #"{"redirect_uris":"https://a.example/cb"}"#, #"{"redirect_uris":[1]}"#,
        #"{"redirect_uris":["https://a.example"],"client_name":1}"#,
        #"{"redirect_uris":["https://a.example"],"client_name":"a\u0000b"}"#,
        #"{"redirect_uris":["https://a.example"],"client_name":"safe \u202e evil"}"#,
        "{\"redirect_uris\":[\"https://a.example\"],\"client_name\":\"e" + String(repeating: "\u{301}", count: 500)
            + "\"}",
        #"{"redirect_uris":["https://a.example"],"client_name":"a\u200bb"}"#,
        #"{"redirect_uris":["https://a.example"],"client_name":"a\u0085b"}"#,
        #"{"redirect_uris":["https://a.example"],"client_name":"a\u2028b"}"#,
        #"{"redirect_uris":["https://a.example"],"grant_types":["client_credentials"]}"#,
        #"{"redirect_uris":["https://a.example"],"response_types":["token"]}"#,
    ])
    func whatCannotBeUsedIsRefused(json: String) {
        let error = #expect(throws: IdentityError.self) { try Self.read(json) }
        #expect(error?.code == .invalidClientMetadata)
    }

    @Test(arguments: [
        #"{"redirect_uris":[]}"#, #"{"redirect_uris":["http://a.example/cb"]}"#,
        #"{"redirect_uris":["https://a.example/cb","javascript:/x"]}"#,
    ])
    func aBadRedirectIsNamedAsSuch(json: String) {
        let error = #expect(throws: IdentityError.self) { try Self.read(json) }
        #expect(error?.code == .invalidRedirectURI)
    }

    @Test func theRedirectMayBeOmittedIfThereIsOnlyOne() throws {
        let one = OAuthClient(id: "a", name: "A", redirectURIs: ["https://a.example/cb"])
        let two = OAuthClient(id: "b", name: "B", redirectURIs: ["https://a.example/cb", "https://a.example/other"])
        let only = try one.redirectURI(nil)
        #expect(only.description == "https://a.example/cb")
        #expect(throws: IdentityError.self) { try two.redirectURI(nil) }
        #expect(throws: IdentityError.self) { try two.redirectURI("https://a.example/third") }
        let second = try two.redirectURI("https://a.example/other")
        #expect(second.description == "https://a.example/other")
    }
}
