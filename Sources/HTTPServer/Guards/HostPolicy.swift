import Encodings
import HTTPTypes
import Hummingbird

/// Allowed hosts and browser origins, against DNS rebinding and cross-origin requests.
struct HostPolicy: Sendable {
    private let publicURL: PublicURL
    private let hosts: Set<String>
    /// Common spellings of the hosts, with and without port, to compare without parsing.
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
        // With a loopback public URL every loopback name is this server.
        return self.hosts.contains(authority.host) || (self.isLocal && Loopback.isName(authority.host))
    }

    /// Whether the request's origin is allowed; public paths allow every origin.
    func allows(_ request: Request) -> Bool {
        Self.isPublic(request.uri.path) || self.allows(origin: request.headers[.origin])
    }

    /// Whether a path needs no cookie and discloses nothing.
    static func isPublic(_ path: String) -> Bool {
        Self.publicPaths.contains(path) || path.hasPrefix("/.well-known/")
    }

    private static let publicPaths: Set<String> = ["/oauth/register", "/oauth/token", "/oauth/revoke"]

    /// Whether an origin is allowed; requests that no page sent have none.
    func allows(origin: String?) -> Bool {
        guard let origin = origin?.lowercased() else { return true }
        if self.origins.contains(origin) { return true }
        guard self.isLocal, let separator = origin.firstRange(of: "://") else { return false }
        return HostPort(origin[separator.upperBound...]).map { Loopback.isName($0.host) } ?? false
    }
}
