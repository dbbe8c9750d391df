import Encodings

/// A security event or a write, never a read.
package struct AuditEvent: Sendable, Hashable {
    /// The kinds of event, by their names in the record.
    package enum Name: String, CaseIterable, Sendable {
        /// A token was accepted; once per token, worker and hour.
        case userAuthenticated = "user_authenticated"
        /// A token was missing or refused.
        case authenticationFailed = "authentication_failed"
        case sessionCreated = "session_created"
        /// A session was ended by its user.
        case sessionEnded = "session_ended"
        /// A request named a session of another user.
        case sessionHijackAttempt = "session_hijack_attempt"
        case pathRejected = "path_rejected"
        /// A request needs more than its token allows.
        case forbidden
        case rateLimited = "rate_limited"
        case noteWritten = "note_written"
        case noteDeleted = "note_deleted"
        case tokenIssued = "token_issued"
        case tokenRevoked = "token_revoked"
        /// A token was exchanged for a new one.
        case tokenRefreshed = "token_refreshed"
        /// A user signed in with a browser.
        case login
        case logout
        /// A user allowed a client to use notes.
        case grant
        case grantRevoked = "grant_revoked"
        /// A rotated refresh token was shown again: its grant was revoked.
        case refreshTokenReused = "refresh_token_reused"
        /// An operator deleted a user.
        case userDeleted = "user_deleted"
    }

    package let name: Name
    package var user: String?
    /// The `jti` of the request's token, never the token.
    package var tokenID: String?
    /// The session the request named.
    package var session: String?
    /// The client's address.
    package var address: String?
    /// The request's id, as in its other log lines.
    package var requestID: String?
    /// The trace that the request is part of, where its caller named one.
    package var traceID: String?
    package var details: [AuditField: String]

    package init(
        _ name: Name,
        user: String? = nil,
        tokenID: String? = nil,
        session: String? = nil,
        address: String? = nil,
        requestID: String? = nil,
        traceID: String? = nil,
        details: [AuditField: String] = [:]
    ) {
        self.name = name
        self.user = user
        self.tokenID = tokenID
        self.session = session
        self.address = address
        self.requestID = requestID
        self.traceID = traceID
        self.details = details
    }

    /// The most bytes of a value in the log and in the store: values may be a client's, such as a path.
    private static let mostBytes = 512

    /// All fields by their names, cut to 512 bytes each.
    package func fields(worker: String) -> [String: String] {
        var fields = self.details
        fields[.event] = self.name.rawValue
        fields[.worker] = worker
        fields[.userID] = self.user
        fields[.tokenID] = self.tokenID
        fields[.session] = self.session
        fields[.address] = self.address
        fields[.requestID] = self.requestID
        fields[.traceID] = self.traceID
        return Dictionary(
            uniqueKeysWithValues: fields.map { ($0.key.rawValue, $0.value.prefix(bytes: Self.mostBytes)) }
        )
    }
}
