/// What a request will ask for, known before it is let in.
public struct CallCost: Sendable, Hashable {
    /// Whether it writes.
    public let writes: Bool
    /// The scope it needs, if any.
    public let scope: String?
    /// The tool it calls, if that is one of this server's; safe as a metric label.
    public let tool: String?
}
