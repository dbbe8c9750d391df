/// What went wrong between this client and Redis.
public struct RedisError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public let rawValue: String

        /// Names a kind.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Redis cannot be asked now; the command was not sent, or Redis said that it did not run it.
        public static let unavailable = Code(rawValue: "unavailable")
        /// No reply came in time; whether the command ran is not known.
        public static let timedOut = Code(rawValue: "timed_out")
        /// The connection ended before the reply came; whether the command ran is not known.
        public static let connectionClosed = Code(rawValue: "connection_closed")
        /// Redis answered with an error.
        public static let serverError = Code(rawValue: "server_error")
        /// What came is not the protocol of Redis.
        public static let protocolError = Code(rawValue: "protocol_error")
        /// The URL cannot be used.
        public static let invalidURL = Code(rawValue: "invalid_url")
        /// Redis does not take the password.
        public static let authenticationFailed = Code(rawValue: "authentication_failed")
        /// Too many commands are waiting for replies or for a connection.
        public static let tooManyPending = Code(rawValue: "too_many_pending")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, in plain words; never a password or a value.
    public let message: String
    /// The first word of an error that Redis answered with, such as `WRONGTYPE`.
    public let word: String?
    /// The error below, where there is one.
    public let cause: (any Error)?

    /// Describes a failure.
    public init(_ code: Code, _ message: String, word: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.word = word
        self.cause = cause
    }

    /// Whether the command certainly did not run, so that it may be sent again.
    public var isRetriable: Bool { self.code == .unavailable || self.code == .tooManyPending }

    /// The code, the message and the cause.
    public var description: String {
        guard let cause = self.cause else { return "\(self.code.rawValue): \(self.message)" }
        return "\(self.code.rawValue): \(self.message) (\(cause))"
    }

    /// The error for what Redis answered.
    init(reply text: String) {
        let word = String(text.prefix { $0 != " " })
        switch word {
        // Redis refused to run the command for reasons of its own, which pass.
        case "LOADING", "MASTERDOWN", "READONLY", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "NOREPLICAS", "OOM", "MISCONF":
            self.init(.unavailable, "Redis answered: \(text)", word: word)
        case "NOAUTH", "WRONGPASS", "NOPERM":
            self.init(.authenticationFailed, "Redis answered: \(text)", word: word)
        default: self.init(.serverError, "Redis answered: \(text)", word: word)
        }
    }
}
