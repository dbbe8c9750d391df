import Identity
import Testing

struct RedirectURITests {
    @Test(arguments: [
        ("https://app.example.com/cb", "app.example.com", "https://app.example.com"),
        ("https://app.example.com:8443/cb?x=1", "app.example.com", "https://app.example.com:8443"),
        ("http://127.0.0.1:3000/cb", "127.0.0.1", "http://127.0.0.1:3000"),
        ("https://xn--80ak6aa92e.com/cb", "xn--80ak6aa92e.com", "https://xn--80ak6aa92e.com"),
        ("http://[::1]:9/cb", "[::1]", "http://[::1]:9"),
        ("http://localhost/cb", "localhost", "http://localhost"),
        ("cursor://anysphere.cursor-mcp/oauth/callback", "cursor:", "cursor:"),
        ("com.example.app:/cb", "com.example.app:", "com.example.app:"),
    ])
    func whatAnAppCanHaveIsTaken(text: String, owner: String, source: String) throws {
        let uri = try RedirectURI(text)
        #expect(uri.owner == owner)
        #expect(uri.source == source)
        #expect(uri.description == text)
    }

    @Test(arguments: [
        "", "app", "/cb", "//host/cb", "http://app.example.com/cb", "http://127.0.0.1.example.com/cb",
        "https:///cb", "https://user@app.example.com/cb", "https://a:b@app.example.com/",
        "https://app.example.com/cb#x",
        "javascript:/alert(1)", "JavaScript://x/%0aalert(1)", "data:/text/html,x", "file:///etc/passwd", "about:/blank",
        "vbscript:/x", "blob:/x", "ms-msdt:/id", "mailto:/a@example.com", "custom:x", "https://app.example.com/\u{e9}",
        "https://app.example.com:99999/", "https://app.example.com:0/", "https://app.example.com:/", "https://a:b/",
        "https://good.example%2f.evil.example/cb", "https://a%3B%20frame-ancestors%20*/cb", "https://*/cb",
        "https://app.example.com./cb", "https://[::1/cb", "https://[fe80::1%25eth0]/cb",
        "https://app.example.com:99999999999999999999/cb", "https://app.example.com/a b",
        "https://app.example.com/\"><script>", "https://app.example.com/\n",
    ])
    func whatLeadsElsewhereIsRefused(text: String) {
        #expect(throws: IdentityError.self) { try RedirectURI(text) }
    }

    @Test func onlyLoopbackPortsMayDiffer() throws {
        let web = try RedirectURI("https://app.example.com/cb")
        let loopback = try RedirectURI("http://127.0.0.1:1/cb")
        #expect(web.covers(web))
        for other in [
            "https://app.example.com/cb/", "https://app.example.com/cb?x=1", "https://app.example.com:8443/cb",
            "https://evil.example.com/cb", "https://APP.example.com/cb", "http://127.0.0.1/cb",
        ] {
            let uri = try RedirectURI(other)
            #expect(!web.covers(uri), "\(other)")
        }
        for (other, isCovered) in [
            ("http://127.0.0.1:54321/cb", true), ("http://127.0.0.1/cb", true), ("http://localhost:1/cb", false),
            ("http://127.0.0.1:1/other", false), ("https://127.0.0.1:1/cb", false),
        ] {
            let uri = try RedirectURI(other)
            #expect(loopback.covers(uri) == isCovered, "\(other)")
        }
    }

    @Test func addedParametersAreEncoded() throws {
        let plain = try RedirectURI("https://app.example.com/cb").adding([("code", "a b"), ("state", "&=#ü")])
        let query = try RedirectURI("https://app.example.com/cb?x=1").adding([("code", "c")])
        #expect(plain == "https://app.example.com/cb?code=a%20b&state=%26%3D%23%C3%BC")
        #expect(query == "https://app.example.com/cb?x=1&code=c")
    }
}
