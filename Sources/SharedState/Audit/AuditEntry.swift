/// An audit event on its way into a store.
public struct AuditEntry: Sendable, Hashable {
    /// `event`, `user_id`, `token_id`, `session`, `address`, `request_id`, `trace_id`, `worker` and what else there is to say.
    public let fields: [String: String]
    /// Whether it stands in the trail of all users already.
    public var isInTrail = false
    /// Whether it stands in its user's trail already.
    public var isInUsersTrail = false

    /// Describes an event that has not been written down.
    public init(_ fields: [String: String]) {
        self.fields = fields
    }
}
