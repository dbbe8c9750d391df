import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Requests that this server sends to others: few, small, bounded in time and size, and never redirected.
public struct OutboundHTTP: Sendable {
    /// What came back.
    struct Answer: Sendable {
        let status: UInt
        let body: Data
    }

    private let authorityFile: String?
    private let resolver: HostResolver
    /// Longer than this nobody is waited for.
    private static let patience = TimeAmount.seconds(5)

    /// Sends requests.
    ///
    /// - Parameter authorityFile: a PEM file of authorities that are believed besides the system's.
    public init(authorityFile: String? = nil) {
        self.init(authorityFile: authorityFile, resolver: .system)
    }

    init(authorityFile: String?, resolver: HostResolver) {
        self.authorityFile = authorityFile
        self.resolver = resolver
    }

    /// Throws ``IdentityError`` when the file of authorities cannot be read; to be asked once at start.
    public func check() throws {
        guard let file = self.authorityFile else { return }
        do {
            _ = try NIOSSLCertificate.fromPEMFile(file)
        } catch {
            throw IdentityError(.unreachable, "the authorities in '\(file)' cannot be read: \(error)")
        }
    }

    func get(_ url: String, bearer: String? = nil, limit: Int = 1 << 20) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: "application/json")
        if let bearer { request.headers.add(name: "authorization", value: "Bearer \(bearer)") }
        return try await self.send(request, limit: limit)
    }

    func post(_ url: String, form: [(name: String, value: String)], basic: String?) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let basic { request.headers.add(name: "authorization", value: "Basic \(basic)") }
        request.body = .bytes(ByteBuffer(string: FormText.encode(form)))
        return try await self.send(request, limit: 1 << 20)
    }

    /// Gets what somebody unknown has named, and reaches only public addresses for it.
    ///
    /// The host is looked up once and the connection goes to the very address that was checked, so that a name that
    /// changes in between leads nowhere.
    func getPublic(_ url: URL, host: String, limit: Int) async throws -> Answer {
        let addresses = await self.resolver.addresses(host)
        guard let address = addresses.first else {
            throw IdentityError(.unreachable, "The host \(host) has no address.")
        }
        guard addresses.allSatisfy({ AddressRules.isPublic($0) }) else {
            throw IdentityError(.unreachable, "The host \(host) is not on the public network.")
        }
        var request = HTTPClientRequest(url: url.absoluteString)
        request.headers.add(name: "accept", value: "application/json")
        return try await self.send(request, limit: limit, pinned: [host: address])
    }

    private func send(
        _ request: HTTPClientRequest,
        limit: Int,
        pinned: [String: String] = [:]
    ) async throws -> Answer {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: Self.patience, read: Self.patience)
        configuration.dnsOverride = pinned
        configuration.httpVersion = .http1Only
        if let file = self.authorityFile {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
            configuration.tlsConfiguration = tls
        }
        do {
            // A client for each request: they are rare, and each is to go to an address of its own.
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                let response = try await client.execute(request, deadline: .now() + Self.patience)
                let body = try await response.body.collect(upTo: limit)
                return Answer(status: response.status.code, body: Data(body.readableBytesView))
            }
        } catch is NIOTooManyBytesError {
            throw IdentityError(.unreachable, "The answer of \(Self.host(request)) is larger than \(limit) bytes.")
        } catch {
            throw IdentityError(.unreachable, "\(Self.host(request)) does not answer: \(error)")
        }
    }

    private static func host(_ request: HTTPClientRequest) -> String {
        URL(string: request.url)?.host() ?? "The server"
    }
}
