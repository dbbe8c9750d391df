public import Identity

/// Logins that have been begun at the provider; any worker finishes what another began.
///
/// Throws ``SharedStateError`` when the state cannot be asked.
public protocol LoginStore: Sendable {
    /// Keeps a login for ten minutes.
    ///
    /// - Parameter state: the parameter of that name, which nobody can guess.
    func save(_ attempt: LoginAttempt, state: String) async throws

    /// The login of that state, and only once; `nil` where there is none.
    func take(state: String) async throws -> LoginAttempt?
}
