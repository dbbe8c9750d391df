/// What a message charges to its user's rate limits.
public struct CallCost: Sendable, Hashable {
    /// Requests; more than one only for a batch.
    public let requests: Int
    /// How many of them call a tool that writes, and may.
    public let writes: Int

    /// - Parameter requests: at least 1: messages without an answer count as one request.
    public init(requests: Int = 1, writes: Int = 0) {
        self.requests = requests
        self.writes = writes
    }
}
