/// What is limited by address, as no user is known yet, or by user, as it stores something.
package struct RateLimitedAction: RawRepresentable, Hashable, Sendable {
    /// The name in keys.
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A token that was refused.
    package static let failure = RateLimitedAction(rawValue: "failures")
    /// A client's registration.
    package static let registration = RateLimitedAction(rawValue: "registrations")
    /// A client's request for access.
    package static let authorization = RateLimitedAction(rawValue: "authorizations")
    /// A revocation by the holder of a token.
    package static let revocation = RateLimitedAction(rawValue: "revocations")
    /// A login that was begun or finished.
    package static let login = RateLimitedAction(rawValue: "logins")
    /// A request for tokens, by code or refresh token.
    package static let exchange = RateLimitedAction(rawValue: "exchanges")
    /// A new token, or a user's consent to a client.
    package static let credential = RateLimitedAction(rawValue: "credentials")
    /// A registered client that stays as a user has allowed it something.
    package static let keptClient = RateLimitedAction(rawValue: "kept_clients")
    /// A form of the account page.
    package static let accountForm = RateLimitedAction(rawValue: "account_forms")

    /// All but failures, which have a limit and a metric of their own, and kept clients, where no request is refused.
    package static let counted: [RateLimitedAction] = [
        .registration, .authorization, .revocation, .login, .exchange, .credential, .accountForm,
    ]
}
