import AsyncHTTPClient
import Encodings
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Outbound HTTP requests, bounded in time and size, without redirects.
public struct OutboundHTTP: Sendable {
    struct Response: Sendable {
        let status: UInt
        let body: Data

        /// - Parameter what: completes "The provider's …" in the error.
        func decoded<Value: Decodable>(_ type: Value.Type, _ what: String) throws -> Value {
            do {
                return try JSONDecoder().decode(type, from: self.body)
            } catch {
                let reason = "The provider's \(what) cannot be read (status \(self.status)): \(error)"
                throw IdentityError(.unreachable, reason)
            }
        }
    }

    private let authorityFile: String?
    private let resolver: HostResolver
    private static let timeout = Duration.seconds(5)

    /// A client with the system's resolver.
    ///
    /// - Parameter authorityFile: PEM file of authorities trusted in addition to the system's.
    public init(authorityFile: String? = nil) {
        self.init(authorityFile: authorityFile, resolver: .system)
    }

    init(authorityFile: String?, resolver: HostResolver) {
        self.authorityFile = authorityFile
        self.resolver = resolver
    }

    /// Throws ``IdentityError`` if the authority file cannot be read; call once at startup.
    public func check() throws {
        guard let file = self.authorityFile else { return }
        do {
            _ = try NIOSSLCertificate.fromPEMFile(file)
        } catch {
            throw IdentityError(.unreachable, "the authorities in '\(file)' cannot be read: \(error)")
        }
    }

    func get(_ url: String, bearer: String? = nil, limit: Int = 1 << 20) async throws -> Response {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: "application/json")
        if let bearer { request.headers.add(name: "authorization", value: "Bearer \(bearer)") }
        return try await self.send(request, limit: limit)
    }

    func post(_ url: String, form: [(name: String, value: String)], basic: String?) async throws -> Response {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let basic { request.headers.add(name: "authorization", value: "Basic \(basic)") }
        request.body = .bytes(ByteBuffer(string: PercentEncoding.encode(form)))
        return try await self.send(request, limit: 1 << 20)
    }

    /// Fetches an untrusted URL from public addresses only.
    ///
    /// The host is resolved once and the connection is pinned to the checked address (DNS rebinding); resolving and
    /// fetching take no more than five seconds together.
    func getPublic(
        _ url: String,
        at address: WebAddress,
        limit: Int,
        holding share: FetchShare
    ) async throws -> Response {
        let deadline = ContinuousClock.now + Self.timeout
        let name = address.host.filter { $0 != "[" && $0 != "]" }
        let addresses = try await self.resolver.addresses(name, share)
        guard let first = addresses.first, addresses.allSatisfy({ AddressRules.isPublic($0) }) else {
            // No details: the caller may be probing internal names.
            throw IdentityError(.unreachable, "The host \(address.host) has no address on the public network.")
        }
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: "application/json")
        return try await self.send(request, limit: limit, pinned: [name: first], until: deadline)
    }

    private func send(
        _ request: HTTPClientRequest,
        limit: Int,
        pinned: [String: String] = [:],
        until deadline: ContinuousClock.Instant = .now + Self.timeout
    ) async throws -> Response {
        let time = ContinuousClock.now.duration(to: deadline)
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(
            connect: TimeAmount(max(time, .milliseconds(1))),
            read: TimeAmount(max(time, .milliseconds(1)))
        )
        configuration.dnsOverride = pinned
        configuration.httpVersion = .http1Only
        // Retrying does not fix an invalid certificate.
        configuration.connectionPool.retryConnectionEstablishment = false
        var tls = TLSConfiguration.makeClientConfiguration()
        // Do not read the rest of a response while waiting for the peer's close_notify.
        tls.shutdownTimeout = .milliseconds(1)
        if let file = self.authorityFile {
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
        }
        configuration.tlsConfiguration = tls
        do {
            // A client per request: requests are rare, and each has its own pinned address.
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                try await Self.send(request, limit: limit, by: client, within: time)
            }
        } catch is NIOTooManyBytesError {
            throw IdentityError(.unreachable, "The response of \(Self.host(request)) is larger than \(limit) bytes.")
        } catch {
            throw IdentityError(.unreachable, "\(Self.host(request)) does not answer: \(error)")
        }
    }

    /// The timeout covers the body too: the client's own deadline ends with the head.
    private static func send(
        _ request: HTTPClientRequest,
        limit: Int,
        by client: HTTPClient,
        within time: Duration
    ) async throws -> Response {
        try await withThrowingTaskGroup(of: Response.self) { group in
            group.addTask {
                let response = try await client.execute(request, deadline: .now() + TimeAmount(time))
                var bytes = Data()
                for try await piece in response.body {
                    guard bytes.count + piece.readableBytes <= limit else {
                        // Otherwise the client would read the rest to keep the connection.
                        withUnsafeCurrentTask { $0?.cancel() }
                        throw NIOTooManyBytesError(maxBytes: limit)
                    }
                    bytes.append(contentsOf: piece.readableBytesView)
                }
                return Response(status: response.status.code, body: bytes)
            }
            group.addTask {
                try await Task.sleep(for: time)
                throw IdentityError(.unreachable, "it timed out")
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() else { throw IdentityError(.unreachable, "no response") }
            return response
        }
    }

    private static func host(_ request: HTTPClientRequest) -> String {
        URL(string: request.url)?.host() ?? "The server"
    }
}
