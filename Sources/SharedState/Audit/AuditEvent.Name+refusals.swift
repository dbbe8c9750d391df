extension AuditEvent.Name {
    /// Whether the event is a refused request, of which a client can cause any number.
    var isRefusal: Bool {
        switch self {
        case .authenticationFailed, .sessionHijackAttempt, .pathRejected, .forbidden, .rateLimited: return true
        default: return false
        }
    }
}
