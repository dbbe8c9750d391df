/// Why a token or a grant was revoked, as audit events name it.
package enum RevocationReason: String, Sendable {
    /// Its user revoked it.
    case user
    /// The client that holds it revoked it.
    case client
    /// An operator revoked it.
    case `operator`
    /// Its authorization code was shown twice.
    case codeReplayed = "code_replayed"
}
