package enum RedisTopology: Sendable, Hashable, CustomStringConvertible {
    case standalone(RedisEndpoint)
    /// The master of a name, resolved by Sentinels; another server after a failover.
    case sentinel([RedisEndpoint], master: String)
    /// Some nodes of a Cluster, to discover the others.
    case cluster([RedisEndpoint])

    /// For logs.
    package var description: String {
        switch self {
        case .standalone(let endpoint): return "\(endpoint)"
        case .sentinel(let endpoints, let master):
            return "\(master) by \(endpoints.map(\.description).joined(separator: ","))"
        case .cluster(let endpoints): return endpoints.map(\.description).joined(separator: ",")
        }
    }
}
