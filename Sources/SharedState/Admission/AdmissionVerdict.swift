/// Whether a request is admitted, and if not why.
package enum AdmissionVerdict: Sendable, Hashable {
    /// Admitted, with the session it named, what is left of the limits, and the number of the last change of the user's
    /// vault; `nil` where Redis has none.
    case admitted(AdmittedSession?, RequestBudget, sequence: Int64?)
    /// The token, or all the user's tokens of its age, have been revoked.
    case revoked
    /// There is no such session for this user; `foreign` when it is another user's, which is not disclosed to the client.
    case unknownSession(foreign: Bool)
    /// Too many requests of a class; the next may come after `retryAfter`.
    case limited(LimitClass, retryAfter: Duration)

    package var isAdmitted: Bool {
        if case .admitted = self { return true }
        return false
    }
}
