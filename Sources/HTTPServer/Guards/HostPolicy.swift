import Encodings

/// Which hosts and which browser origins may call, against DNS rebinding and foreign pages.
struct HostPolicy: Sendable {
    private let publicURL: PublicURL
    private let hosts: Set<String>
    /// Hosts as most requests write them, with the port and without.
    private let usual: [String]
    private let origins: Set<String>
    private let isLocal: Bool

    init(_ configuration: EdgeConfiguration) {
        self.publicURL = configuration.publicURL
        self.isLocal = Loopback.isName(configuration.publicURL.host)
        var usual = [configuration.publicURL.host]
        if self.isLocal { usual += ["127.0.0.1", "localhost"] }
        self.usual =
            usual.map { "\($0):\(configuration.publicURL.port ?? configuration.port)" }
            + usual.map { "\($0):\(configuration.port)" } + usual
        self.hosts = Set(configuration.allowedHosts.map { $0.lowercased() } + [configuration.publicURL.host])
        self.origins = Set(configuration.allowedOrigins.map { $0.lowercased() } + ["\(configuration.publicURL)"])
    }

    /// Whether a `Host` names this server, whatever its port.
    func allows(host text: String?) -> Bool {
        guard let text else { return false }
        if self.usual.contains(text) { return true }
        guard let authority = HostPort(text) else { return false }
        // Behind a loopback name every loopback name is this server.
        return self.hosts.contains(authority.host) || (self.isLocal && Loopback.isName(authority.host))
    }

    /// Whether a page of that origin may call; requests that come from no page have none.
    func allows(origin: String?) -> Bool {
        guard let origin = origin?.lowercased() else { return true }
        if self.origins.contains(origin) { return true }
        guard self.isLocal, let separator = origin.firstRange(of: "://") else { return false }
        return HostPort(origin[separator.upperBound...]).map { Loopback.isName($0.host) } ?? false
    }
}
