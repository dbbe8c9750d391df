/// The trails of a user, each with a bound of its own, so that what a client can cause at will pushes nothing else out.
enum AuditTrailKind: Sendable, Hashable {
    /// Writes, and changes of what a user allows.
    case events
    /// The begin and end of sessions, new tokens for old ones, and tokens that clients give back.
    case sessions
    /// Refused requests.
    case refusals

    /// Whether a client can cause any number of such events: they are counted.
    var isCounted: Bool { self != .events }

    /// - Parameter reason: the `reason` of the event, if it has one.
    init(_ name: AuditEvent.Name?, reason: String?) {
        switch name {
        case .authenticationFailed, .sessionHijackAttempt, .pathRejected, .forbidden, .rateLimited: self = .refusals
        case .sessionCreated, .sessionEnded, .userAuthenticated, .tokenRefreshed, .login, .logout: self = .sessions
        // The holder of a token may send it any number of times.
        case .tokenRevoked, .grantRevoked: self = reason == "client" ? .sessions : .events
        default: self = .events
        }
    }
}
