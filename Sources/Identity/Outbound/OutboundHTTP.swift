import AsyncHTTPClient
import Encodings
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

        /// What the body says.
        ///
        /// - Parameter what: what it should be, to be read after "The provider's".
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
        request.body = .bytes(ByteBuffer(string: PercentEncoding.encode(form)))
        return try await self.send(request, limit: 1 << 20)
    }

    /// Gets what somebody unknown has named, and reaches only public addresses for it.
    ///
    /// The host is looked up once and the connection goes to the very address that was checked, so that a name that
    /// changes in between leads nowhere.
    func getPublic(_ url: String, at address: WebAddress, limit: Int) async throws -> Answer {
        let name = address.host.filter { $0 != "[" && $0 != "]" }
        let addresses = try await self.resolver.addresses(name)
        guard let first = addresses.first, addresses.allSatisfy({ AddressRules.isPublic($0) }) else {
            // Nothing more is told: who asks may be after the names of a network that is not theirs.
            throw IdentityError(.unreachable, "The host \(address.host) has no address on the public network.")
        }
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "accept", value: "application/json")
        return try await self.send(request, limit: limit, pinned: [name: first])
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
        // A bad certificate does not become good by asking again.
        configuration.connectionPool.retryConnectionEstablishment = false
        var tls = TLSConfiguration.makeClientConfiguration()
        // Whoever is left is left: until the other side says goodbye, what it still sends would be read.
        tls.shutdownTimeout = .milliseconds(1)
        if let file = self.authorityFile {
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
        }
        configuration.tlsConfiguration = tls
        do {
            // A client for each request: they are rare, and each is to go to an address of its own.
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                try await Self.send(request, limit: limit, by: client)
            }
        } catch is NIOTooManyBytesError {
            throw IdentityError(.unreachable, "The answer of \(Self.host(request)) is larger than \(limit) bytes.")
        } catch {
            throw IdentityError(.unreachable, "\(Self.host(request)) does not answer: \(error)")
        }
    }

    /// Sends a request and reads its answer, both within the time there is: the client's own deadline ends with the head.
    private static func send(_ request: HTTPClientRequest, limit: Int, by client: HTTPClient) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask {
                let response = try await client.execute(request, deadline: .now() + Self.patience)
                var bytes = Data()
                for try await piece in response.body {
                    guard bytes.count + piece.readableBytes <= limit else {
                        // Without this the rest would still be read, to keep the connection.
                        withUnsafeCurrentTask { $0?.cancel() }
                        throw NIOTooManyBytesError(maxBytes: limit)
                    }
                    bytes.append(contentsOf: piece.readableBytesView)
                }
                return Answer(status: response.status.code, body: bytes)
            }
            group.addTask {
                try await Task.sleep(for: .nanoseconds(Self.patience.nanoseconds))
                throw IdentityError(.unreachable, "it takes too long")
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw IdentityError(.unreachable, "nobody asked") }
            return answer
        }
    }

    private static func host(_ request: HTTPClientRequest) -> String {
        URL(string: request.url)?.host() ?? "The server"
    }
}
