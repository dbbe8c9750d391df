package import Identity

/// Logins that were begun at the provider; any worker finishes what another began.
///
/// Throws ``SharedStateError`` when the state is unavailable.
package protocol LoginStore: Sendable {
    /// Keeps a login for ten minutes.
    ///
    /// - Parameter state: the parameter of that name, which cannot be guessed.
    func save(_ attempt: LoginAttempt, state: String) async throws

    /// Takes the login of that state, once; `nil` where there is none.
    func take(state: String) async throws -> LoginAttempt?
}
