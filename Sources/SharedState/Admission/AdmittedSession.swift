/// What a request needs of its session.
package struct AdmittedSession: Sendable, Hashable {
    package let id: SessionID
    /// The negotiated protocol revision.
    package let revision: String
    /// The level set by `logging/setLevel`, if any.
    package let logLevel: String?

    package init(id: SessionID, revision: String, logLevel: String?) {
        self.id = id
        self.revision = revision
        self.logLevel = logLevel
    }
}
