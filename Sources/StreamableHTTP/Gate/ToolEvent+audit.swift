package import MCPServer
package import SharedState

extension ToolEvent {
    /// The event's details as fields of the audit trail.
    package var auditDetails: [AuditField: String] {
        Dictionary(uniqueKeysWithValues: self.details.map { (AuditField(rawValue: $0.key), $0.value) })
    }
}
