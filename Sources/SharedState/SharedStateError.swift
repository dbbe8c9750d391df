/// What went wrong with the state that workers share.
package struct SharedStateError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The shared state is unavailable; the outcome of the call is unknown.
        package static let unavailable = Code(rawValue: "unavailable")
        /// A stored value has a format that this version does not write.
        package static let corrupt = Code(rawValue: "corrupt")
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The code, the message and the cause.
    package var description: String {
        guard let cause = self.cause else { return "\(self.code.rawValue): \(self.message)" }
        return "\(self.code.rawValue): \(self.message) (\(cause))"
    }
}
