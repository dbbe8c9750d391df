/// The authenticated user a call runs as, as far as the protocol needs to know.
public struct Caller<Subject: Sendable>: Sendable {
    /// What the call works on: the authenticated user's own.
    public let subject: Subject
    /// The scopes of the token.
    public let scopes: Set<String>
    /// What every tool result carries as `_meta`: one JSON object, encoded.
    public let resultMeta: [UInt8]?

    package init(subject: Subject, scopes: Set<String>, resultMeta: [UInt8]? = nil) {
        self.subject = subject
        self.scopes = scopes
        self.resultMeta = resultMeta
    }
}
