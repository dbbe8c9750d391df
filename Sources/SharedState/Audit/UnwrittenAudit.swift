/// What a store did not append of some audit events.
package struct UnwrittenAudit: Sendable {
    /// Events that are not in all trails yet, and say in which; to be appended again, in this order.
    package var entries: [AuditEntry] = []
    /// How many events must not be appended again: a trail refused them, or may have them after all.
    package var lost = 0
    /// Why.
    package var problem: SharedStateError?

    package init() {}
}
