/// A failure of a command or a connection.
package struct RedisError: Error, Sendable, CustomStringConvertible {
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The command did not run: there is no connection, or Redis rejected it for a temporary reason.
        package static let unavailable = Code(rawValue: "unavailable")
        /// No reply in time; the command may have run.
        package static let timedOut = Code(rawValue: "timed_out")
        /// The connection closed before the reply; the command may have run.
        package static let connectionClosed = Code(rawValue: "connection_closed")
        package static let serverError = Code(rawValue: "server_error")
        /// A reply is not valid RESP, or not what the command returns.
        package static let protocolError = Code(rawValue: "protocol_error")
        package static let invalidURL = Code(rawValue: "invalid_url")
        /// Wrong password, or missing rights.
        package static let authenticationFailed = Code(rawValue: "authentication_failed")
        /// The wait queue is full.
        package static let tooManyPending = Code(rawValue: "too_many_pending")
    }

    package let code: Code
    /// Never contains a password or a value.
    package let message: String
    /// The first word of an error reply, such as `WRONGTYPE`.
    package let word: String?
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, word: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.word = word
        self.cause = cause
    }

    /// Whether the command certainly did not run, so that it may be retried.
    package var isRetriable: Bool { self.code == .unavailable || self.code == .tooManyPending }

    package var description: String {
        guard let cause = self.cause else { return "\(self.code.rawValue): \(self.message)" }
        return "\(self.code.rawValue): \(self.message) (\(cause))"
    }

    init(reply text: String) {
        let word = String(text.prefix { $0 != " " })
        switch word {
        // Temporary conditions: the command did not run.
        case "LOADING", "MASTERDOWN", "READONLY", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "NOREPLICAS", "OOM", "MISCONF":
            self.init(.unavailable, "Redis answered: \(text)", word: word)
        case "NOAUTH", "WRONGPASS", "NOPERM":
            self.init(.authenticationFailed, "Redis answered: \(text)", word: word)
        default: self.init(.serverError, "Redis answered: \(text)", word: word)
        }
    }
}
