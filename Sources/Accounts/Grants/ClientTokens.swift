package import Identity

/// What a client gets for a code or a refresh token.
package struct ClientTokens: Sendable {
    package let access: IssuedToken
    package let refreshToken: String
    package let scopes: ScopeSet
}
