import Foundation
import Synchronization

/// Clients whose id is the URL of their metadata document (OAuth Client ID Metadata Document).
///
/// The URL is untrusted: https only, public addresses only, no redirects, 5 KiB, 5 seconds in all. Documents are cached for
/// five minutes, failures for ten seconds, a thousand of both. A user has two fetches in flight, the users of a network eight.
public final class ClientDocuments: Sendable {
    private struct Entry {
        let outcome: Result<OAuthClient, IdentityError>
        let until: ContinuousClock.Instant
    }

    private let http: OutboundHTTP
    private let trustedHosts: Set<String>
    private let entries = Mutex<[String: Entry]>([:])
    private let shares = FetchShares()
    private static let maxBytes = 5 * 1024
    private static let maxEntries = 1000

    /// An empty cache.
    ///
    /// - Parameter trustedHosts: hosts, with or without a port, whose documents may be fetched from private addresses.
    public init(http: OutboundHTTP, trustedHosts: Set<String>) {
        self.http = http
        self.trustedHosts = trustedHosts
    }

    /// Fetches a client's document, or returns it from the cache.
    ///
    /// - Throws: ``IdentityError`` for an invalid URL or document; with `.busy` where too many are being fetched.
    public func client(at id: String, for requester: FetchRequester) async throws -> OAuthClient {
        let address = try Self.address(id)
        if let entry = self.entries.withLock({ $0[id] }), entry.until > .now { return try entry.outcome.get() }
        let share = try self.shares.take(for: requester)
        let outcome: Result<OAuthClient, IdentityError>
        do {
            outcome = .success(try await self.fetch(address, id: id, holding: share))
        } catch let error as IdentityError where error.code == .busy {
            throw error
        } catch let error as IdentityError {
            outcome = .failure(error)
        }
        let isFound = if case .success = outcome { true } else { false }
        self.entries.withLock { entries in
            if entries.count >= Self.maxEntries { Self.makeRoom(in: &entries) }
            entries[id] = Entry(outcome: outcome, until: .now + (isFound ? .seconds(300) : .seconds(10)))
        }
        return try outcome.get()
    }

    /// Removes what has expired and what expires next, failures first.
    private static func makeRoom(in entries: inout [String: Entry]) {
        // bounded: entries
        let oldest = entries.sorted { $0.value.until < $1.value.until }.prefix(Self.maxEntries / 10)
        for entry in oldest { entries[entry.key] = nil }
    }

    private func fetch(
        _ address: WebAddress,
        id: String,
        holding share: FetchShare
    ) async throws -> OAuthClient {
        let host = address.host
        let isTrusted = self.trustedHosts.contains(host) || self.trustedHosts.contains("\(host):\(address.port ?? 443)")
        let answer =
            isTrusted
            ? try await self.http.get(id, limit: Self.maxBytes)
            : try await self.http.getPublic(id, at: address, limit: Self.maxBytes, holding: share)
        guard answer.status == 200 else {
            throw IdentityError(.unreachable, "\(host) answers \(answer.status) instead of the client's document.")
        }
        let metadata = try ClientMetadata(json: answer.body)
        guard metadata.clientID == id else {
            throw ClientMetadata.refusal("the document's 'client_id' is not its URL")
        }
        guard metadata.hasName else { throw ClientMetadata.refusal("the document has no 'client_name'") }
        return OAuthClient(id: id, name: metadata.name, redirectURIs: metadata.redirectURIs)
    }

    /// Validates an id before fetching: ids are compared as text, so only one spelling is accepted.
    private static func address(_ id: String) throws -> WebAddress {
        guard id.utf8.count <= 512, id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), id.hasPrefix("https://"),
            let address = WebAddress(url: id), URL(string: id)?.host() != nil
        else { throw Self.refusal("it must be an https URL with a host and an optional port") }
        let rest = id.dropFirst("https://".count).drop { !"/?#".contains($0) }
        guard id.dropFirst("https://".count).hasPrefix(address.host), !id.contains("#"), !id.contains("@") else {
            throw Self.refusal("its host must be lower case, and it must have no fragment and no user")
        }
        let path = rest.prefix { $0 != "?" }.lowercased()
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        let dots: Set<Substring> = [".", "..", "%2e", "%2e%2e", ".%2e", "%2e."]
        guard path.hasPrefix("/"), !segments.isEmpty, !segments.contains(where: { dots.contains($0) }) else {
            throw Self.refusal("it must have a path, without dots as segments")
        }
        return address
    }

    private static func refusal(_ reason: String) -> IdentityError {
        IdentityError(.invalidClientMetadata, "The client's id cannot be used: \(reason).")
    }
}
