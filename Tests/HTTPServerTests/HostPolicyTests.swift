import Testing

@testable import HTTPServer

struct HostPolicyTests {
    private func policy(_ url: String, hosts: [String] = [], origins: [String] = []) throws -> HostPolicy {
        HostPolicy(
            EdgeConfiguration(
                host: "127.0.0.1",
                port: 7860,
                publicURL: try PublicURL(url),
                allowedHosts: hosts,
                allowedOrigins: origins,
                isLocal: false
            )
        )
    }

    @Test(arguments: [
        ("notes.example.com", true), ("notes.example.com:1234", true), ("NOTES.example.com", true),
        ("notes.example.com.", true), ("other.internal", true), ("evil.com", false), ("localhost", false),
        ("notes.example.com.evil.com", false), ("notes.example.com:", false), ("notes.example.com:x", false),
        ("", false),
        ("[::1", false),
    ])
    func onlyAllowedHostsAreServed(host: String, expected: Bool) throws {
        let allowed = try self.policy("https://notes.example.com", hosts: ["other.internal"]).allows(host: host)
        #expect(allowed == expected)
    }

    @Test(arguments: ["localhost:7860", "127.0.0.1:1", "[::1]:7860", "127.1.2.3"])
    func everyLoopbackNameIsServedOnALaptop(host: String) throws {
        let allowed = try self.policy("http://localhost:7860").allows(host: host)
        #expect(allowed)
    }

    @Test func aRequestWithoutHostIsNotServed() throws {
        let allowed = try self.policy("http://localhost:7860").allows(host: nil)
        #expect(!allowed)
    }

    @Test(
        arguments: [
            (nil, true), ("https://notes.example.com", true), ("https://app.example.com", true),
            ("https://evil.com", false),
            ("null", false), ("http://notes.example.com", false), ("http://localhost:3000", false), ("", false),
        ] as [(String?, Bool)]
    )
    func onlyAllowedOriginsAreServed(origin: String?, expected: Bool) throws {
        let policy = try self.policy("https://notes.example.com", origins: ["https://app.example.com"])
        #expect(policy.allows(origin: origin) == expected)
    }

    @Test(arguments: [("http://localhost:3000", true), ("http://127.0.0.1", true), ("https://evil.com", false)])
    func locallyLoopbackOriginsAreAllowed(origin: String, expected: Bool) throws {
        let allowed = try self.policy("http://localhost:7860").allows(origin: origin)
        #expect(allowed == expected)
    }
}
