import Foundation
import Synchronization
import Testing

@testable import Identity

struct ClientDocumentsTests {
    private let ada: FetchRequester
    private let bob: FetchRequester

    init() throws {
        self.ada = FetchRequester(user: try UserID("ada"), network: "192.0.2.1")
        self.bob = FetchRequester(user: try UserID("bob"), network: "192.0.2.1")
    }

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
        let resolver = HostResolver { _, _ in
            asked.withLock { $0 += 1 }
            return ["8.8.8.8"]
        }
        let documents = ClientDocuments(http: OutboundHTTP(authorityFile: nil, resolver: resolver), trustedHosts: [])
        await #expect(throws: IdentityError.self) { try await documents.client(at: id, for: self.ada) }
        #expect(asked.withLock { $0 } == 0)
    }

    @Test(arguments: [
        [], ["127.0.0.1"], ["10.1.2.3"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:169.254.169.254"], ["fd00::1"],
    ])
    func aHostThatIsNotPublicIsNotConnectedTo(addresses: [String]) async {
        let http = OutboundHTTP(authorityFile: nil, resolver: HostResolver { _, _ in addresses })
        let documents = ClientDocuments(http: http, trustedHosts: [])
        let error = await #expect(throws: IdentityError.self) {
            try await documents.client(at: "https://app.example.com/client", for: self.ada)
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("app.example.com") == true)
    }

    @Test func aHostIsResolvedOnceAndTheCheckedAddressIsUsed() async {
        // A second lookup would return a loopback address: it never happens.
        let asked = Mutex(0)
        let resolver = HostResolver { _, _ in
            asked.withLock { count in
                count += 1
                return count == 1 ? ["192.0.2.1"] : ["127.0.0.1"]
            }
        }
        let documents = ClientDocuments(http: OutboundHTTP(authorityFile: nil, resolver: resolver), trustedHosts: [])
        await #expect(throws: IdentityError.self) {
            try await documents.client(at: "https://app.example.com/client", for: self.ada)
        }
        await #expect(throws: IdentityError.self) {
            try await documents.client(at: "https://app.example.com/client", for: self.ada)
        }
        #expect(asked.withLock { $0 } == 1, "a failure holds for a while")
    }

    /// The code of the error with which a document is not fetched.
    private static func failure(
        _ documents: ClientDocuments,
        _ number: Int,
        _ requester: FetchRequester
    ) async -> IdentityError.Code? {
        do {
            _ = try await documents.client(at: "https://app.example.com/\(number)", for: requester)
            return nil
        } catch let error as IdentityError {
            return error.code
        } catch {
            return nil
        }
    }

    @Test func slowNamesOfAUserAreLookedUpTwoAtATime() async throws {
        // A lookup outlives its fetch, as one by the system may.
        let lookups = Mutex<[FetchShare]>([])
        let resolver = HostResolver { _, share in
            lookups.withLock { $0.append(share) }
            throw IdentityError(.unreachable, "Resolving the host timed out.")
        }
        let documents = ClientDocuments(http: OutboundHTTP(authorityFile: nil, resolver: resolver), trustedHosts: [])
        var codes: [IdentityError.Code?] = []
        for number in 0..<16 { codes.append(await Self.failure(documents, number, self.ada)) }
        let other = await Self.failure(documents, 100, self.bob)
        _ = lookups.withLock { $0.removeFirst() }
        let later = await Self.failure(documents, 3, self.ada)
        #expect(codes == [.unreachable, .unreachable] + Array(repeating: .busy, count: 14))
        #expect(other == .unreachable)
        #expect(later == .unreachable, "being busy is not remembered")
    }

    @Test func theUsersOfANetworkShareEight() async throws {
        let lookups = Mutex<[FetchShare]>([])
        let resolver = HostResolver { _, share in
            lookups.withLock { $0.append(share) }
            return []
        }
        let documents = ClientDocuments(http: OutboundHTTP(authorityFile: nil, resolver: resolver), trustedHosts: [])
        var codes: [IdentityError.Code?] = []
        for number in 0..<10 {
            let requester = FetchRequester(user: try UserID("user-\(number)"), network: "192.0.2.1")
            codes.append(await Self.failure(documents, number, requester))
        }
        let elsewhere = FetchRequester(user: try UserID("zoe"), network: "192.0.2.2")
        let other = await Self.failure(documents, 100, elsewhere)
        #expect(codes == Array(repeating: .unreachable, count: 8) + [.busy, .busy])
        #expect(other == .unreachable)
    }

    @Test func fetchesOfAllAreBounded() async throws {
        let shares = FetchShares()
        let held = try (0..<FetchShares.mostInAll).map { number in
            try shares.take(for: FetchRequester(user: try UserID("user-\(number)"), network: nil))
        }
        #expect(throws: IdentityError.self) { try shares.take(for: self.ada) }
        withExtendedLifetime(held) {}
    }
}
