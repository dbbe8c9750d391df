/// The check that every authenticated request passes, in one round trip.
///
/// Checks, in this order, that the token is not revoked, that the session is this user's, and that the user is within
/// the limits; nothing is renewed or counted unless all pass. Throws ``SharedStateError`` with `.unavailable` when the
/// state is unavailable: such a request is never admitted.
package protocol Admission: Sendable {
    func admit(_ request: AdmissionRequest) async throws -> AdmissionVerdict
}
