import NIOCore
internal import NIOSSL

/// Certificates and keys, read once and shared by all connections of a client.
struct TLSContext: Sendable {
    private let context: NIOSSLContext
    private let serverName: String?

    init(_ settings: RedisTLS) throws(RedisError) {
        guard (settings.certificateFile == nil) == (settings.keyFile == nil) else {
            throw RedisError(.invalidURL, "Set both the certificate file and the key file, or neither.")
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
                ? "TLS cannot be set up." : "TLS cannot be set up: the key does not match the certificate."
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

    /// For an IP address, which cannot be a server name (SNI), the certificate must contain the address.
    func handler(host: String) throws -> NIOSSLClientHandler {
        let name = self.serverName ?? host
        return try NIOSSLClientHandler(context: self.context, serverHostname: Self.isAddress(name) ? nil : name)
    }

    /// A message if a connection failed because of a certificate, else `nil`.
    static func certificateProblem(in error: any Error) -> String? {
        // NIOSSL exposes the reason only in the error's text.
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("failedToValidateHostname") {
            return "The certificate of Redis is not trusted: wrong authority or wrong name."
        }
        if text.contains("ALERT_CERTIFICATE_REQUIRED") { return "Redis requires a client certificate." }
        let refusals = [
            "UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN", "CERTIFICATE_REVOKED",
        ]
        guard refusals.contains(where: { text.contains("ALERT_\($0)") }) else { return nil }
        return "Redis rejected the client certificate."
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
