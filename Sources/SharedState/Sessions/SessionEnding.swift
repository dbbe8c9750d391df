/// The outcome of ending a session.
package enum SessionEnding: Sendable, Hashable {
    case ended
    /// There is no such session.
    case unknown
    /// It is another user's and was not ended.
    case foreign
}
