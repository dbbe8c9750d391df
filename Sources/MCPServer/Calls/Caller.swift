/// The authenticated user that a call runs as, reduced to what the protocol needs.
public struct Caller<Subject: Sendable>: Sendable {
    /// What the call works on; it belongs to this user.
    public let subject: Subject
    /// The scopes of the token.
    public let scopes: Set<String>
    /// `_meta` of every tool result: one encoded JSON object.
    public let resultMeta: [UInt8]?

    package init(subject: Subject, scopes: Set<String>, resultMeta: [UInt8]? = nil) {
        self.subject = subject
        self.scopes = scopes
        self.resultMeta = resultMeta
    }
}
