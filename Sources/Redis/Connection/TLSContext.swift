import NIOCore
internal import NIOSSL

/// What all encrypted connections of a client share: certificates and keys, read once.
struct TLSContext: Sendable {
    private let context: NIOSSLContext
    private let serverName: String?

    init(_ settings: RedisTLS) throws(RedisError) {
        guard (settings.certificateFile == nil) == (settings.keyFile == nil) else {
            throw RedisError(.invalidURL, "Of a certificate and its key only one file is given; give both or neither.")
        }
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
            let text =
                settings.keyFile == nil
                ? "TLS cannot be set up." : "TLS cannot be set up: the certificate and the key do not belong together."
            throw RedisError(.invalidURL, text, cause: error)
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

    /// What is wrong with certificates, in plain words, where that is why a connection broke.
    static func problem(in error: any Error) -> String? {
        // Only the text of these errors tells one from the other.
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("failedToValidateHostname") {
            return "The certificate of Redis is not believed: it is not of the right authority or bears another name."
        }
        if text.contains("ALERT_CERTIFICATE_REQUIRED") { return "Redis wants a certificate of this client." }
        let refusals = [
            "UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN", "CERTIFICATE_REVOKED",
        ]
        guard refusals.contains(where: { text.contains("ALERT_\($0)") }) else { return nil }
        return "Redis does not take the certificate of this client."
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
