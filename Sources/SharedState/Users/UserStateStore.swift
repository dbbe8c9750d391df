package import Identity

/// Everything of one user at once.
///
/// Throws ``SharedStateError`` when the state is unavailable.
package protocol UserStateStore: Sendable {
    /// The names of all that is kept of a user, except revocations, which must outlive the user; sorted.
    func entries(of user: UserID) async throws -> [String]

    /// Removes these entries.
    ///
    /// - Returns: how many there were.
    func removeEntries(of user: UserID) async throws -> Int
}
