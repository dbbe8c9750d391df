/// Why a change of a user's tokens or grants was refused.
package struct AccountError: Error, Sendable {
    /// The kinds of refusal.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The user has as many tokens as allowed.
        package static let tooManyTokens = Code(rawValue: "too_many_tokens")
        /// The token belongs to a grant: its client gets new ones with its refresh token.
        package static let belongsToGrant = Code(rawValue: "belongs_to_grant")
        /// The code or refresh token is invalid, or its grant has ended.
        package static let invalidGrant = Code(rawValue: "invalid_grant")
        /// More scopes were requested than the user allowed.
        package static let invalidScope = Code(rawValue: "invalid_scope")
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
