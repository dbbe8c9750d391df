public import Identity

/// Who asks to be let in, with which session, and what it will cost.
public struct AdmissionRequest: Sendable {
    /// Whose verified token came with the request.
    public let principal: Principal
    /// The session the client named, if it named one.
    public let session: SessionID?
    /// How many requests this is; more than one only for a batch.
    public let requests: Int
    /// How many of them write.
    public let writes: Int

    /// Describes a request.
    public init(principal: Principal, session: SessionID? = nil, requests: Int = 1, writes: Int = 0) {
        self.principal = principal
        self.session = session
        self.requests = requests
        self.writes = writes
    }
}
