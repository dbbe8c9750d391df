import Testing

@testable import HTTPServer

struct AuthorityTests {
    @Test(
        arguments: [
            ("a", "a", nil), ("A.b:80", "a.b", 80), ("a.", "a", nil), ("[::1]", "[::1]", nil),
            ("[::1]:7860", "[::1]", 7860),
            ("127.0.0.1:1", "127.0.0.1", 1),
        ] as [(String, String, Int?)]
    )
    func aHostAndAPortAreTaken(text: String, host: String, port: Int?) {
        let authority = Authority(text)
        #expect(authority?.host == host)
        #expect(authority?.port == port)
    }

    @Test(arguments: ["a:", "a:0", "a:65536", "a:x", "a:1:2", "[::1", "[::1]x", "[::1]:", "a:+1", "a:٣"])
    func otherTextsAreNone(text: String) {
        #expect(Authority(text) == nil)
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("127.255.1.2", true), ("[::1]", true), ("127.0.0.256", false),
        ("127.0.0.1.evil.com", false), ("128.0.0.1", false), ("localhost.evil.com", false), ("", false),
        ("127.1", false),
    ])
    func loopbackNamesAreKnown(host: String, expected: Bool) {
        #expect(Loopback.isName(host) == expected)
    }

    @Test func aTokenIsNewOnceAnHourAndOnceAMinute() {
        let sightings = TokenSightings()
        let start = ContinuousClock.now
        let seen = [0, 1, 59, 60, 61, 125, 3599, 3600, 3601].map { sightings.note("a", at: start + .seconds($0)) }
        #expect(seen == [.hour, .none, .none, .minute, .none, .minute, .minute, .hour, .none])
        #expect(sightings.note("b", at: start) == .hour)
    }
}
