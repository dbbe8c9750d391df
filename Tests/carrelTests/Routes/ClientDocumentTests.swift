import Encodings
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// Apps whose id is the URL of a document, which the server fetches over https.
struct ClientDocumentTests {
    /// Lends a host, a server that knows it, and a browser with a session.
    private static func serve(
        isTrusted: Bool = true,
        isKnown: Bool = true,
        _ body: @escaping @Sendable (DocumentHost, TestServer, SignInBrowser) async throws -> Void
    ) async throws {
        try await DocumentHost.lend(isTrusted: isTrusted) { host in
            try await withServer(documents: isKnown ? host : nil) { server in
                try await body(host, server, try await server.browser())
            }
        }
    }

    private static func expectRefusal(_ page: TestResponse, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(page.status == .badRequest, sourceLocation: sourceLocation)
        #expect(page.headers[.location] == nil, sourceLocation: sourceLocation)
        #expect(page.headers[.contentType]?.hasPrefix("text/html") == true, sourceLocation: sourceLocation)
    }

    @Test func anAppWithADocumentGetsTokens() async throws {
        try await Self.serve { host, server, browser in
            host.publish()
            let app = OAuthApp(server: server, id: host.url())
            let page = try await app.ask(browser)
            let tokens = try await app.tokens(browser)
            let isAccepted = try await server.accepts(tokens.access)
            #expect(page.status == .ok)
            #expect(page.text.contains("Reader"))
            #expect(page.text.contains(host.url()))
            #expect(isAccepted)
            #expect(host.asked == ["/app.json"], "the document is cached")
        }
    }

    @Test func aDocumentIsFetchedForSignedInUsersOnly() async throws {
        try await Self.serve { host, server, _ in
            host.publish()
            let page = try await server.send(
                .get,
                "/oauth/authorize?\(OAuthApp(server: server, id: host.url()).query())"
            )
            #expect(page.status == .seeOther)
            #expect(page.headers[.location]?.hasPrefix("/auth/login?next=") == true)
            #expect(host.asked.isEmpty)
        }
    }

    @Test(
        arguments: [
            ["client_id": "https://localhost/other.json"], ["client_id": nil], ["client_name": nil],
            ["redirect_uris": []],
            ["redirect_uris": ["https://other.example.com/callback"]], ["redirect_uris": ["javascript:alert(1)"]],
            ["client_name": 7],
        ] as [[String: JSONValue?]]
    )
    func aDocumentThatDoesNotFitIsRefused(changes: [String: JSONValue?]) async throws {
        try await Self.serve { host, server, browser in
            host.publish("/app.json", changes)
            Self.expectRefusal(try await OAuthApp(server: server, id: host.url()).ask(browser))
            #expect(host.asked == ["/app.json"])
        }
    }

    @Test func onlyADocumentOfFiveKilobytesIsRead() async throws {
        try await Self.serve { host, server, browser in
            host.publish("/large.json", ["more": .string(String(repeating: "x", count: 5 * 1024))])
            host.answer("/none.json") {
                Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "<html>")))
            }
            host.answer("/broken.json") { Response(status: .internalServerError) }
            for path in ["/large.json", "/none.json", "/broken.json", "/missing.json"] {
                Self.expectRefusal(try await OAuthApp(server: server, id: host.url(path)).ask(browser))
            }
            #expect(host.asked == ["/large.json", "/none.json", "/broken.json", "/missing.json"])
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func aRedirectIsNotFollowed(status: Int) async throws {
        try await Self.serve { host, server, browser in
            host.publish("/target.json", ["client_id": .string(host.url())])
            let target = host.url("/target.json")
            host.answer("/app.json") { Response(status: .init(code: status), headers: [.location: target]) }
            Self.expectRefusal(try await OAuthApp(server: server, id: host.url()).ask(browser))
            #expect(host.asked == ["/app.json"])
        }
    }

    @Test func aFailureIsRemembered() async throws {
        try await Self.serve { host, server, browser in
            let app = OAuthApp(server: server, id: host.url())
            Self.expectRefusal(try await app.ask(browser))
            host.publish()
            Self.expectRefusal(try await app.ask(browser))
            #expect(host.asked == ["/app.json"])
        }
    }

    @Test func anUnknownCertificateIsNotTrusted() async throws {
        try await Self.serve(isTrusted: false) { host, server, browser in
            host.publish()
            Self.expectRefusal(try await OAuthApp(server: server, id: host.url()).ask(browser))
            #expect(host.asked.isEmpty)
        }
    }

    @Test func aHostOfThisMachineIsNotAskedUnlessAllowed() async throws {
        try await Self.serve(isKnown: false) { host, server, browser in
            host.publish()
            Self.expectRefusal(try await OAuthApp(server: server, id: host.url()).ask(browser))
            #expect(host.asked.isEmpty)
        }
    }
}
