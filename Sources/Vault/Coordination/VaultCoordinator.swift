/// Orders the writes of several machines to the vaults of one volume, and says what each has changed.
///
/// Users are given by their ids. All calls throw ``VaultError`` when the answer is unknown.
package protocol VaultCoordinator: Sendable {
    /// How long a lease lasts that is not renewed.
    var leaseDuration: Duration { get }

    /// - Returns: the lease of a vault, or `nil` while another worker holds it or goes first.
    func acquire(_ user: String) async throws -> WriteLease?

    /// Renews a lease.
    ///
    /// - Parameter token: the fencing token from now on, not smaller than the lease's.
    /// - Returns: the lease, or `nil` where another worker has acquired it.
    func renew(_ lease: WriteLease, of user: String, token: Int64) async throws -> WriteLease?

    func release(_ user: String) async throws

    /// Publishes changes under a lease.
    ///
    /// - Parameters:
    ///   - sequence: the number of these changes; where it does not follow the last one, more than these has changed.
    ///   - releasing: whether to release the lease with them.
    /// - Returns: whether they are published; `false` where another worker has acquired the lease.
    func publish(
        _ changes: [NoteChange],
        sequence: Int64,
        releasing: Bool,
        under lease: WriteLease,
        of user: String
    ) async throws -> Bool

    /// What has changed since a sequence number.
    func changes(of user: String, after sequence: Int64) async throws -> NoteChanges

    /// Restores a number that the coordinator has lost.
    ///
    /// - Returns: the number it has now, which may be larger.
    func restore(_ sequence: Int64, of user: String) async throws -> Int64
}
