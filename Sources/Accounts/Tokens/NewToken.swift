package import Identity
package import SharedState

/// A token that was just signed, and its entry in the list of its user.
package struct NewToken: Sendable {
    package let token: IssuedToken
    package let record: TokenRecord
}
