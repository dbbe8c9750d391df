/// TLS settings of connections to Redis.
package struct RedisTLS: Sendable, Hashable {
    /// PEM file of trusted authorities; `nil` trusts those of the system.
    package var authorityFile: String?
    /// PEM file with the client certificate chain.
    package var certificateFile: String?
    /// PEM file with the key of the client certificate.
    package var keyFile: String?
    /// The name expected in the server's certificate; `nil` expects the host.
    package var serverName: String?

    package init(
        authorityFile: String? = nil,
        certificateFile: String? = nil,
        keyFile: String? = nil,
        serverName: String? = nil
    ) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.serverName = serverName
    }

    /// Reads the files, so that problems show before anything connects.
    ///
    /// - Throws: ``RedisError`` with `.invalidURL` naming the file.
    package func validate() throws(RedisError) {
        _ = try TLSContext(self)
    }
}
