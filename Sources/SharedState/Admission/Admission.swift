/// The one question every authenticated request asks of the shared state.
///
/// Checks, in this order, that the token is not revoked, that the session is this user's, and that the user is within
/// the limits; nothing is renewed or counted unless all pass. Throws ``SharedStateError`` with `.unavailable` when it
/// cannot be asked: such a request is never let in.
public protocol Admission: Sendable {
    /// Lets a request in or says why not, in one round trip.
    func admit(_ request: AdmissionRequest) async throws -> AdmissionVerdict
}
