/// The name of a field of an audit event, in the log and in the store.
package struct AuditField: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    private init(_ name: String) {
        self.rawValue = name
    }

    // Of every event, where known.
    package static let event = AuditField("event")
    package static let worker = AuditField("worker")
    package static let userID = AuditField("user_id")
    package static let tokenID = AuditField("token_id")
    package static let session = AuditField("session")
    package static let address = AuditField("address")
    package static let requestID = AuditField("request_id")
    package static let traceID = AuditField("trace_id")
    /// The id that revokes the token of the request, where it is not the token's own.
    package static let revocationID = AuditField("revocation_id")

    // Of some events.
    package static let reason = AuditField("reason")
    /// How many refusals of one worker the event stands for.
    package static let count = AuditField("count")
    package static let error = AuditField("error")
    package static let path = AuditField("path")
    package static let scope = AuditField("scope")
    package static let limit = AuditField("limit")
    package static let client = AuditField("client")
    package static let clientID = AuditField("client_id")
    package static let grant = AuditField("grant")
    package static let everywhere = AuditField("everywhere")
    package static let tokenName = AuditField("token_name")
    package static let newTokenID = AuditField("new_token_id")
    package static let revokedTokenID = AuditField("revoked_token_id")
    package static let revokedID = AuditField("revoked_id")
    package static let tokenIssuedAt = AuditField("token_issued_at")
    package static let tokenExpiresAt = AuditField("token_expires_at")
    package static let deletedUser = AuditField("deleted_user")
}
