/// Whether a request is let in, and if not why.
public enum AdmissionVerdict: Sendable, Hashable {
    /// Let in, with the session it named and what is left of the limits.
    case admitted(AdmittedSession?, RequestBudget)
    /// The token, or all the user's tokens of its age, have been revoked.
    case revoked
    /// There is no such session for this user; `foreign` when it is another user's, which the client is never told.
    case unknownSession(foreign: Bool)
    /// Too many requests of a class; the next may come after `retryAfter`.
    case limited(LimitClass, retryAfter: Duration)

    /// Whether the request is let in.
    public var isAdmitted: Bool {
        if case .admitted = self { return true }
        return false
    }
}

/// What a request needs to know of its session.
public struct AdmittedSession: Sendable, Hashable {
    /// Its name.
    public let id: SessionID
    /// The negotiated protocol revision.
    public let revision: String
    /// The level set by `logging/setLevel`, if any.
    public let logLevel: String?

    /// Describes a session.
    public init(id: SessionID, revision: String, logLevel: String?) {
        self.id = id
        self.revision = revision
        self.logLevel = logLevel
    }
}
