import HTTPServer
import Testing

struct PublicURLTests {
    @Test(arguments: [
        ("https://notes.example.com", "https://notes.example.com"),
        ("https://notes.example.com/", "https://notes.example.com"),
        ("HTTPS://Notes.Example.com:443", "https://notes.example.com"),
        ("https://notes.example.com:8443", "https://notes.example.com:8443"),
        ("http://localhost:7860", "http://localhost:7860"), ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:7860", "http://[::1]:7860"),
    ])
    func validURLsAreParsed(text: String, expected: String) throws {
        let url = try PublicURL(text)
        #expect("\(url)" == expected)
        #expect(url.endpoint == "\(expected)/mcp")
    }

    @Test(arguments: [
        "", "notes.example.com", "ftp://x", "https://", "https:///", "http://example.com", "https://a/b", "https://a?b",
        "https://user@host", "https://a:0", "https://a:99999", "https://a:x", "https://a b",
        "http://127.0.0.1.evil.com",
    ])
    func invalidURLsAreRejected(text: String) {
        #expect(throws: PublicURLError.self) { try PublicURL(text) }
    }
}
