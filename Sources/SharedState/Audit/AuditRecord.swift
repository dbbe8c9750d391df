/// An audit event as it was written down.
public struct AuditRecord: Sendable, Hashable {
    /// Its place in the trail, such as `1700000000000-0`; the first part is the time in milliseconds since 1970.
    public let id: String
    /// `event`, `user_id`, `token_id`, `session`, `address`, `request_id`, `trace_id`, `worker` and what else there is to say.
    public let fields: [String: String]

    /// When it was written down, in seconds since 1970.
    public var time: Int64 { (id.split(separator: "-").first.flatMap { Int64($0) } ?? 0) / 1000 }
}
