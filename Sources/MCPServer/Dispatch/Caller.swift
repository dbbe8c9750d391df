/// Who makes a call, as far as the protocol needs to know.
public struct Caller<Subject: Sendable>: Sendable {
    /// What the call works on: the authenticated user's own, and nobody else's.
    public let subject: Subject
    /// The scopes of the token.
    public let scopes: Set<String>
    /// What every result of a tool carries as `_meta`, one JSON object encoded already.
    public let resultMeta: [UInt8]?

    /// Describes a caller.
    public init(subject: Subject, scopes: Set<String>, resultMeta: [UInt8]? = nil) {
        self.subject = subject
        self.scopes = scopes
        self.resultMeta = resultMeta
    }
}
