/// What went wrong with the state that workers share.
public struct SharedStateError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public let rawValue: String

        /// Names a kind.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The shared state cannot be asked now; nothing is known of the request's outcome.
        public static let unavailable = Code(rawValue: "unavailable")
        /// What is stored is not what this version writes.
        public static let corrupt = Code(rawValue: "corrupt")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, in plain words.
    public let message: String
    /// The error below, where there is one.
    public let cause: (any Error)?

    /// Describes a failure.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The code, the message and the cause.
    public var description: String {
        guard let cause = self.cause else { return "\(self.code.rawValue): \(self.message)" }
        return "\(self.code.rawValue): \(self.message) (\(cause))"
    }
}
