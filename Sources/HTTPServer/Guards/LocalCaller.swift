import Encodings
package import Hummingbird

/// Recognizes requests that a program on this machine sends directly.
package enum LocalCaller {
    /// Requires a loopback peer, a loopback `Host`, no other page's `Origin`, and no proxy in between.
    package static func isLocal(_ request: Request, context: CarrelRequestContext) -> Bool {
        guard let address = context.address, address == "::1" || address.hasPrefix("127."),
            let host = request.head.authority.flatMap({ HostPort($0) }), Loopback.isName(host.host)
        else { return false }
        let forwarded = request.headers.contains { field in
            let name = field.name.canonicalName
            return name == "forwarded" || name.hasPrefix("x-forwarded-") || name == "via" || name == "x-real-ip"
        }
        guard !forwarded else { return false }
        guard let origin = request.headers[.origin] else { return true }
        // A page of another port on this machine is another origin.
        return origin.lowercased() == "http://\(host.host)\(host.port.map { ":\($0)" } ?? "")"
    }
}
