import Logging

extension AuditEvent.Name {
    /// The level of the event's log line.
    var level: Logger.Level {
        switch self {
        case .authenticationFailed, .sessionHijackAttempt, .pathRejected, .forbidden, .rateLimited,
            .refreshTokenReused, .userDeleted:
            return .warning
        default: return .info
        }
    }

    /// The sentence of the event's log line.
    var sentence: String {
        switch self {
        case .userAuthenticated: return "User authenticated"
        case .authenticationFailed: return "Authentication failed"
        case .sessionCreated: return "Session created"
        case .sessionEnded: return "Session ended"
        case .sessionHijackAttempt: return "Session of another user named"
        case .pathRejected: return "Path rejected"
        case .forbidden: return "Unauthorized access attempt"
        case .rateLimited: return "Rate limit reached"
        case .noteWritten: return "Note written"
        case .noteDeleted: return "Note deleted"
        case .tokenIssued: return "Token issued"
        case .tokenRevoked: return "Token revoked"
        case .tokenRefreshed: return "Token refreshed"
        case .login: return "Signed in"
        case .logout: return "Logged out"
        case .grant: return "Access granted to a client"
        case .grantRevoked: return "Access of a client ended"
        case .refreshTokenReused: return "Refresh token shown again"
        case .userDeleted: return "User deleted"
        }
    }
}
