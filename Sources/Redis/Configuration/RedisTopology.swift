/// How the servers behind a URL belong together.
public enum RedisTopology: Sendable, Hashable, CustomStringConvertible {
    /// One server.
    case standalone(RedisEndpoint)
    /// The master of a name, asked of Sentinels; another server after a fail-over.
    case sentinel([RedisEndpoint], master: String)
    /// A Cluster, some of whose nodes are known.
    case cluster([RedisEndpoint])

    /// The addresses, for logs.
    public var description: String {
        switch self {
        case .standalone(let endpoint): return "\(endpoint)"
        case .sentinel(let endpoints, let master):
            return "\(master) by \(endpoints.map(\.description).joined(separator: ","))"
        case .cluster(let endpoints): return endpoints.map(\.description).joined(separator: ",")
        }
    }
}
