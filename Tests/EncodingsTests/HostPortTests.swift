import Encodings
import Testing

struct HostPortTests {
    @Test(
        arguments: [
            ("a", "a", nil), ("A.b:80", "a.b", 80), ("a.", "a", nil), ("[::1]", "[::1]", nil),
            ("[::1]:7860", "[::1]", 7860),
            ("127.0.0.1:1", "127.0.0.1", 1),
        ] as [(String, String, Int?)]
    )
    func hostAndPortAreSplit(text: String, host: String, port: Int?) {
        let pair = HostPort(text)
        #expect(pair?.host == host)
        #expect(pair?.port == port)
    }

    @Test(arguments: ["a:", "a:0", "a:65536", "a:x", "a:1:2", "[::1", "[::1]x", "[::1]:", "a:+1", "a:٣"])
    func otherTextsAreRejected(text: String) {
        #expect(HostPort(text) == nil)
    }
}
