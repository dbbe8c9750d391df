import NIOCore
internal import NIOSSL

/// What all encrypted connections of a client share: certificates and keys, read once.
struct TLSContext: Sendable {
    private let context: NIOSSLContext
    private let serverName: String?

    init(_ settings: RedisTLS) throws(RedisError) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let file = settings.authorityFile {
            _ = try Self.reading(file) { try NIOSSLCertificate.fromPEMFile(file) }
            configuration.trustRoots = .file(file)
        }
        if let file = settings.certificateFile {
            configuration.certificateChain = try Self.reading(file) {
                try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
            }
        }
        if let file = settings.keyFile {
            configuration.privateKey = try Self.reading(file) {
                .privateKey(try NIOSSLPrivateKey(file: file, format: .pem))
            }
        }
        do {
            self.context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw RedisError(.invalidURL, "TLS cannot be set up with these certificates.", cause: error)
        }
        self.serverName = settings.serverName
    }

    private static func reading<Value>(_ file: String, _ read: () throws -> Value) throws(RedisError) -> Value {
        do {
            return try read()
        } catch {
            throw RedisError(.invalidURL, "The file '\(file)' cannot be read as PEM.", cause: error)
        }
    }

    /// A handler for a connection to a host.
    ///
    /// An address is no name: for one, the certificate must bear the address itself.
    func handler(host: String) throws -> NIOSSLClientHandler {
        let name = self.serverName ?? host
        return try NIOSSLClientHandler(context: self.context, serverHostname: Self.isAddress(name) ? nil : name)
    }

    private static func isAddress(_ name: String) -> Bool {
        do {
            _ = try SocketAddress(ipAddress: name, port: 0)
            return true
        } catch {
            return false
        }
    }
}
