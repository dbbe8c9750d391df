import Foundation
import Synchronization

/// Clients that are described by a document at their id (OAuth Client ID Metadata Document).
///
/// Whoever asks for access names the URL, so it is fetched with distrust: https only, no address that is not public, no
/// redirect, five kibibytes, five seconds. What was found holds for five minutes, a failure for ten seconds.
public final class ClientDocuments: Sendable {
    private struct Entry {
        let outcome: Result<OAuthClient, IdentityError>
        let until: ContinuousClock.Instant
    }

    private let http: OutboundHTTP
    private let trustedHosts: Set<String>
    private let entries = Mutex<[String: Entry]>([:])
    private static let largest = 5 * 1024
    private static let mostEntries = 1000

    /// Fetches documents.
    ///
    /// - Parameter trustedHosts: hosts, with or without a port, whose documents are fetched though their addresses are
    ///   not public.
    public init(http: OutboundHTTP, trustedHosts: Set<String>) {
        self.http = http
        self.trustedHosts = trustedHosts
    }

    /// The client at a URL.
    ///
    /// - Throws: ``IdentityError`` saying what is wrong with the URL or the document.
    public func client(at id: String) async throws -> OAuthClient {
        let address = try Self.address(id)
        if let entry = self.entries.withLock({ $0[id] }), entry.until > .now { return try entry.outcome.get() }
        let outcome: Result<OAuthClient, IdentityError>
        do {
            outcome = .success(try await self.fetch(address, id: id))
        } catch let error as IdentityError {
            outcome = .failure(error)
        }
        let isFound = if case .success = outcome { true } else { false }
        self.entries.withLock { entries in
            if entries.count >= Self.mostEntries { entries.removeAll() }
            entries[id] = Entry(outcome: outcome, until: .now + (isFound ? .seconds(300) : .seconds(10)))
        }
        return try outcome.get()
    }

    private func fetch(_ address: WebAddress, id: String) async throws -> OAuthClient {
        let host = address.host
        let isTrusted = self.trustedHosts.contains(host) || self.trustedHosts.contains("\(host):\(address.port ?? 443)")
        let answer =
            isTrusted
            ? try await self.http.get(id, limit: Self.largest)
            : try await self.http.getPublic(id, at: address, limit: Self.largest)
        guard answer.status == 200 else {
            throw IdentityError(.unreachable, "\(host) answers \(answer.status) instead of the client's document.")
        }
        let metadata = try ClientMetadata(json: answer.body)
        guard metadata.clientID == id else {
            throw ClientMetadata.refusal("the document is not that of this client: its 'client_id' differs")
        }
        guard metadata.hasName else { throw ClientMetadata.refusal("the document has no 'client_name'") }
        return OAuthClient(id: id, name: metadata.name, redirectURIs: metadata.redirectURIs)
    }

    /// Checks an id before anything is asked for: it is compared as text, so it must have one spelling only.
    private static func address(_ id: String) throws -> WebAddress {
        guard id.utf8.count <= 512, id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), id.hasPrefix("https://"),
            let address = WebAddress(url: id), URL(string: id)?.host() != nil
        else { throw Self.refusal("it must be an https URL with a host and perhaps a port") }
        let rest = id.dropFirst("https://".count).drop { !"/?#".contains($0) }
        guard id.dropFirst("https://".count).hasPrefix(address.host), !id.contains("#"), !id.contains("@") else {
            throw Self.refusal("it must be in small letters, have no fragment and name no user")
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
