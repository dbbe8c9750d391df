/// An audit event on its way into a store.
package struct AuditEntry: Sendable, Hashable {
    /// The values by the names of ``AuditField``.
    package let fields: [String: String]
    /// The trail of its user that it belongs to.
    let kind: AuditTrailKind
    /// Whether the trail of all users has it already.
    package var isInTrail = false
    /// Whether its user's trail has it already.
    package var isInUsersTrail = false

    package init(_ fields: [String: String]) {
        self.fields = fields
        let name = fields[AuditField.event.rawValue].flatMap { AuditEvent.Name(rawValue: $0) }
        self.kind = AuditTrailKind(name, reason: fields[AuditField.reason.rawValue])
    }

    var user: String? { self[.userID] }

    subscript(field: AuditField) -> String? { self.fields[field.rawValue] }

    /// The event as one of several.
    func standing(for count: Int) -> AuditEntry {
        var fields = self.fields
        fields[AuditField.count.rawValue] = String(count)
        return AuditEntry(fields)
    }
}
