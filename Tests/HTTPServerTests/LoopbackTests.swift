import Testing

@testable import HTTPServer

struct LoopbackTests {
    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("127.255.1.2", true), ("[::1]", true), ("127.0.0.256", false),
        ("127.0.0.1.evil.com", false), ("128.0.0.1", false), ("localhost.evil.com", false), ("", false),
        ("127.1", false),
    ])
    func loopbackNamesAreRecognized(host: String, expected: Bool) {
        #expect(Loopback.isName(host) == expected)
    }
}
