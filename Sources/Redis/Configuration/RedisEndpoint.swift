/// Where Redis listens.
public enum RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// On a host and port.
    case tcp(host: String, port: Int)
    /// On a Unix socket.
    case unix(path: String)

    /// The address, for logs.
    public var description: String {
        switch self {
        case .tcp(let host, let port): return "\(host):\(port)"
        case .unix(let path): return path
        }
    }
}
