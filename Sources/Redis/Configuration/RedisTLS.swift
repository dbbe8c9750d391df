/// How connections are encrypted and whom they believe.
public struct RedisTLS: Sendable, Hashable {
    /// A PEM file of certificate authorities; without one those of the system are believed.
    public var authorityFile: String?
    /// A PEM file with this client's certificate and what it rests on.
    public var certificateFile: String?
    /// A PEM file with the certificate's key.
    public var keyFile: String?
    /// The name that the server's certificate must bear, where it is not the host of the URL.
    public var serverName: String?

    /// Describes encrypted connections.
    public init(
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

    /// Reads the files, to find what is wrong with them before anything connects.
    ///
    /// - Throws: ``RedisError`` with `.invalidURL` naming the file.
    public func check() throws(RedisError) {
        _ = try TLSContext(self)
    }
}
