import Foundation

/// Certificates made on the spot by `openssl`, in a folder.
public struct Certificates: Sendable {
    private let folder: String
    private let redis: LoopbackRedis

    /// Makes an authority.
    public init(_ redis: LoopbackRedis) throws {
        self.redis = redis
        self.folder = redis.folder
        for name in ["ca", "other-ca"] {
            try self.openssl([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-keyout", "\(self.folder)/\(name).key", "-out", "\(self.folder)/\(name).pem",
            ])
        }
    }

    /// The file of the authority that signs.
    public var authority: String { "\(self.folder)/ca.pem" }
    /// The file of another one.
    public var otherAuthority: String { "\(self.folder)/other-ca.pem" }

    /// Makes a certificate.
    ///
    /// - Parameters:
    ///   - names: what it is for, such as `DNS:localhost,IP:127.0.0.1`.
    ///   - days: how long it is good; one that is negative has expired.
    /// - Returns: the files of certificate and key.
    public func make(_ name: String, names: String, days: Int = 2) throws -> (certificate: String, key: String) {
        let (base, extensions) = ("\(self.folder)/\(name)", "\(self.folder)/\(name).ext")
        try "subjectAltName=\(names)\n".write(toFile: extensions, atomically: true, encoding: .utf8)
        try self.openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", "\(base).key", "-out", "\(base).csr",
        ])
        try self.openssl([
            "x509", "-req", "-in", "\(base).csr", "-CA", self.authority, "-CAkey", "\(self.folder)/ca.key",
            "-CAcreateserial", "-days", "\(days)", "-extfile", extensions, "-out", "\(base).pem",
        ])
        return ("\(base).pem", "\(base).key")
    }

    private func openssl(_ words: [String]) throws {
        guard try self.redis.run(["openssl"] + words) == 0 else { throw Failure(words: words) }
    }

    /// That `openssl` did not do what it was told.
    public struct Failure: Error {
        let words: [String]
    }
}
