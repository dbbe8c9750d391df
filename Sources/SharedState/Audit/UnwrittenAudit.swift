/// What a store that was asked to write audit events down did not write.
public struct UnwrittenAudit: Sendable {
    /// Events that are not in all trails yet, and say in which: they may be given again, in this order.
    public var entries: [AuditEntry] = []
    /// How many events are not to be given again: a trail refused them, or may have them after all.
    public var lost = 0
    /// Why.
    public var problem: SharedStateError?

    /// Describes that everything was written down.
    public init() {}
}
