/// What a request counts against its user's rate limits.
public struct CallCost: Sendable, Hashable {
    /// Messages; more than one only for a batch.
    public let requests: Int
    /// Those of them that call a tool that writes, with the scope it needs.
    public let writes: Int

    /// - Parameter requests: at least 1: notifications and responses count as one request.
    public init(requests: Int = 1, writes: Int = 0) {
        self.requests = requests
        self.writes = writes
    }
}
