package import Identity

/// A request to be admitted: of which user, in which session, at what cost.
package struct AdmissionRequest: Sendable {
    /// The user of the verified token.
    package let principal: Principal
    /// The session the client named, if it named one.
    package let session: SessionID?
    /// How many requests this is; more than one only for a batch.
    package let requests: Int
    /// How many of them write.
    package let writes: Int
    /// Whether the request is counted against the limits; otherwise they are only asked.
    package let counts: Bool
    /// Whether the limit of bytes is asked even where there is nothing to charge; its budget is unknown otherwise.
    package let asksBytes: Bool

    package init(
        principal: Principal,
        session: SessionID? = nil,
        requests: Int = 1,
        writes: Int = 0,
        counts: Bool = true,
        asksBytes: Bool = false
    ) {
        self.principal = principal
        self.session = session
        self.requests = requests
        self.writes = writes
        self.counts = counts
        self.asksBytes = asksBytes
    }
}
