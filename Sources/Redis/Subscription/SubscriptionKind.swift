enum SubscriptionKind: Sendable {
    case plain
    /// Channels that belong to the slot of their name (Redis 7, Cluster).
    case sharded

    var subscribe: String { self == .plain ? "SUBSCRIBE" : "SSUBSCRIBE" }
    var unsubscribe: String { self == .plain ? "UNSUBSCRIBE" : "SUNSUBSCRIBE" }
    var publish: String { self == .plain ? "PUBLISH" : "SPUBLISH" }
}
