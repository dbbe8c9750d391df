import Foundation
import Synchronization
import Testing

@testable import Identity

struct ClientDocumentsTests {
    @Test(arguments: [
        "http://app.example.com/client", "https://app.example.com", "https://app.example.com/",
        "https://user@app.example.com/client", "https://app.example.com/client#x", "https://app.example.com/a/../b",
        "https://app.example.com/./b", "https://app.example.com/%2e%2e/b", "https://APP.example.com/client",
        "https://8.8.8.8:99999/x", "https://[2606:4700::1]:99999/x", "https://app.example.com:0/x",
        "https://app.example.com:99999999999999999999/x", "https://app.example.com./x", "https://a%2eb.example/x",
        "https://app.example.com:/x", "https://app_x.example.com\\@evil.example/x", "https://app.example.com/\u{e9}",
        "ftp://app.example.com/x", "https:///client", "https://app.example.com/a b",
        "https://" + String(repeating: "a", count: 600) + ".example.com/x",
    ])
    func anIdOfAnotherShapeIsAskedNobodyFor(id: String) async {
        let asked = Mutex(0)
        let resolver = HostResolver { _ in
            asked.withLock { $0 += 1 }
            return ["8.8.8.8"]
        }
        let documents = ClientDocuments(http: OutboundHTTP(authorityFile: nil, resolver: resolver), trustedHosts: [])
        await #expect(throws: IdentityError.self) { try await documents.client(at: id) }
        #expect(asked.withLock { $0 } == 0)
    }

    @Test(arguments: [
        [], ["127.0.0.1"], ["10.1.2.3"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:169.254.169.254"], ["fd00::1"],
    ])
    func aHostThatIsNotPublicIsNotConnectedTo(addresses: [String]) async {
        let http = OutboundHTTP(authorityFile: nil, resolver: HostResolver { _ in addresses })
        let documents = ClientDocuments(http: http, trustedHosts: [])
        let error = await #expect(throws: IdentityError.self) {
            try await documents.client(at: "https://app.example.com/client")
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("app.example.com") == true)
    }

    @Test func aHostIsResolvedOnceAndTheCheckedAddressIsUsed() async {
        // A second lookup would return a loopback address: it never happens.
        let asked = Mutex(0)
        let resolver = HostResolver { _ in
            asked.withLock { count in
                count += 1
                return count == 1 ? ["192.0.2.1"] : ["127.0.0.1"]
            }
        }
        let documents = ClientDocuments(http: OutboundHTTP(authorityFile: nil, resolver: resolver), trustedHosts: [])
        await #expect(throws: IdentityError.self) { try await documents.client(at: "https://app.example.com/client") }
        await #expect(throws: IdentityError.self) { try await documents.client(at: "https://app.example.com/client") }
        #expect(asked.withLock { $0 } == 1, "a failure holds for a while")
    }
}
