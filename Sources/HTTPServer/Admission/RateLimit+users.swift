package import SharedState

extension RateLimit {
    /// New tokens and consents of a user: what is revoked of them is known until it would have expired.
    package static let credentials = RateLimit(120, per: .seconds(3600))
    /// Forms of the account page that a user sends.
    package static let accountForms = RateLimit(60, per: .seconds(60))
    /// Sign-ins of a user.
    package static let logins = RateLimit(60, per: .seconds(60))
    /// Requests of clients with a document that a user is asked to decide on, and decisions.
    package static let authorizations = RateLimit(120, per: .seconds(60))
}
