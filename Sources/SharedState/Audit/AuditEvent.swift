/// Something that an operator or a user will want to know happened: a security event or a write, never a read.
public struct AuditEvent: Sendable, Hashable {
    /// The kinds of event.
    public struct Name: RawRepresentable, Hashable, Sendable {
        /// The name in the record.
        public let rawValue: String

        /// Names a kind.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A token was accepted; once per token, worker and hour.
        public static let userAuthenticated = Name(rawValue: "user_authenticated")
        /// A token was missing or refused.
        public static let authenticationFailed = Name(rawValue: "authentication_failed")
        /// A session was opened.
        public static let sessionCreated = Name(rawValue: "session_created")
        /// A session was ended by its user.
        public static let sessionEnded = Name(rawValue: "session_ended")
        /// A session was named by somebody who is not its user.
        public static let sessionHijackAttempt = Name(rawValue: "session_hijack_attempt")
        /// A path was refused.
        public static let pathRejected = Name(rawValue: "path_rejected")
        /// Something was asked that the token does not allow.
        public static let forbidden = Name(rawValue: "forbidden")
        /// A user asked too often.
        public static let rateLimited = Name(rawValue: "rate_limited")
        /// A note was written.
        public static let noteWritten = Name(rawValue: "note_written")
        /// A note was deleted.
        public static let noteDeleted = Name(rawValue: "note_deleted")
        /// A token was made.
        public static let tokenIssued = Name(rawValue: "token_issued")
        /// A token was revoked.
        public static let tokenRevoked = Name(rawValue: "token_revoked")
        /// A token was exchanged for a new one.
        public static let tokenRefreshed = Name(rawValue: "token_refreshed")
        /// A user signed in with a browser.
        public static let login = Name(rawValue: "login")
        /// A user allowed a client to use notes.
        public static let grant = Name(rawValue: "grant")
        /// What a user had allowed a client has ended.
        public static let grantRevoked = Name(rawValue: "grant_revoked")
        /// A refresh token was shown again after it had been exchanged: its grant has ended.
        public static let refreshTokenReused = Name(rawValue: "refresh_token_reused")
        /// An operator deleted what a user had.
        public static let userDeleted = Name(rawValue: "user_deleted")
        /// A user logged out.
        public static let logout = Name(rawValue: "logout")

        /// All kinds that workers record, for counters.
        static let recorded: [Name] = [
            .userAuthenticated, .authenticationFailed, .sessionCreated, .sessionEnded, .sessionHijackAttempt,
            .pathRejected, .forbidden, .rateLimited, .noteWritten, .noteDeleted, .tokenIssued, .tokenRevoked,
            .tokenRefreshed, .login, .logout, .grant, .grantRevoked, .refreshTokenReused,
        ]
    }

    /// What happened.
    public let name: Name
    /// Whose request it was, where that is known.
    public var user: String?
    /// The `jti` of the token, never the token.
    public var tokenID: String?
    /// The session the request named.
    public var session: String?
    /// The client's address.
    public var address: String?
    /// The request's id, as in its other log lines.
    public var requestID: String?
    /// The trace that the request is part of, where its caller named one.
    public var traceID: String?
    /// What else there is to say, under names in snake case.
    public var details: [String: String]

    /// Describes an event.
    public init(
        _ name: Name,
        user: String? = nil,
        tokenID: String? = nil,
        session: String? = nil,
        address: String? = nil,
        requestID: String? = nil,
        traceID: String? = nil,
        details: [String: String] = [:]
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
}
