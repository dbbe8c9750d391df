import Testing

@testable import HTTPServer

struct TrustedProxiesTests {
    private func client(_ proxies: [String], peer: String, _ forwarded: String?) throws -> String {
        try #require(TrustedProxies(proxies)).client(peer: peer, forwarded: forwarded)
    }

    @Test(
        arguments: [
            ([], "192.0.2.1", "203.0.113.9", "192.0.2.1"),
            (["10.0.0.0/8"], "10.1.2.3", "203.0.113.9", "203.0.113.9"),
            (["10.0.0.0/8"], "11.1.2.3", "203.0.113.9", "11.1.2.3"),
            (["10.0.0.0/8"], "10.1.2.3", nil, "10.1.2.3"),
            // Addresses forged by the client stand to the left of those that proxies add.
            (["10.0.0.0/8"], "10.1.2.3", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
            (["10.0.0.0/8"], "10.1.2.3", "203.0.113.9, 10.0.0.7", "203.0.113.9"),
            (["10.0.0.0/8"], "10.1.2.3", "10.0.0.9,10.0.0.7", "10.0.0.9"),
            (["10.0.0.0/8"], "10.1.2.3", "203.0.113.9, nonsense", "10.1.2.3"),
            (["10.0.0.0/8"], "::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9"),
            (["fd00::/9"], "fd7f::1", "2001:db8::1", "2001:db8::1"),
            (["fd00::/9"], "fd80::1", "2001:db8::1", "fd80::1"),
            (["127.0.0.1", "::1"], "::1", "203.0.113.9", "203.0.113.9"),
            (["0.0.0.0/0"], "8.8.8.8", "1.1.1.1", "1.1.1.1"),
        ] as [([String], String, String?, String)]
    )
    func theClientIsTheLastUntrustedAddress(proxies: [String], peer: String, forwarded: String?, client: String) throws
    {
        let found = try self.client(proxies, peer: peer, forwarded)
        #expect(found == client)
    }

    @Test(arguments: [
        "", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0", "fd00::/129", "1.2.3.4/8/9",
    ])
    func invalidRangesAreRejected(text: String) {
        #expect(TrustedProxies([text]) == nil)
    }
}
