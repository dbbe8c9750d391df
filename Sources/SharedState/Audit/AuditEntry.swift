/// An audit event on its way into a store.
package struct AuditEntry: Sendable, Hashable {
    /// The values by the names of ``AuditField``.
    package let fields: [String: String]
    /// Whether the trail of all users has it already.
    package var isInTrail = false
    /// Whether its user's trail has it already.
    package var isInUsersTrail = false

    package init(_ fields: [String: String]) {
        self.fields = fields
    }

    var user: String? { self.fields[AuditField.userID.rawValue] }
}
