/// How channels are subscribed to.
enum SubscriptionKind: Sendable {
    /// Channels of one server, or of a whole Cluster.
    case plain
    /// Channels that live in the slot of their name (Redis 7, Cluster).
    case sharded

    var subscribe: String { self == .plain ? "SUBSCRIBE" : "SSUBSCRIBE" }
    var unsubscribe: String { self == .plain ? "UNSUBSCRIBE" : "SUNSUBSCRIBE" }
    var publish: String { self == .plain ? "PUBLISH" : "SPUBLISH" }
}
