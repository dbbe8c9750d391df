package import Identity

/// The check that every authenticated request passes, in one round trip.
///
/// Checks, in this order, that the token is not revoked, that the session is this user's, and that the user is within
/// the limits; nothing is renewed or counted unless all pass. Throws ``SharedStateError`` with `.unavailable` when the
/// state is unavailable: such a request is never admitted. A request with a long body is asked about before it is read, as
/// one that does not count, and counted when its cost is known.
package protocol Admission: Sendable {
    func admit(_ request: AdmissionRequest) async throws -> AdmissionVerdict

    /// Charges bytes of a request and its answer to their user, with a later admission.
    func charge(_ bytes: Int, to user: UserID)
}
