public import Identity

/// What a store that was asked to add usage did not add.
public struct UnaddedUsage: Sendable {
    /// Counts that were certainly not added, so that they may be given again.
    public var counts: [UserID: UsageCounts] = [:]
    /// Users that were not noted as seen.
    public var firstSeen: [UserID] = []
    /// All counts together that are not to be given again: they were refused, or may have been added after all.
    public var lost = UsageCounts()
    /// Why.
    public var problem: SharedStateError?

    /// Describes that everything was added.
    public init() {}

    /// Whether everything was added.
    public var isEmpty: Bool { self.counts.isEmpty && self.firstSeen.isEmpty && self.lost == UsageCounts() }
}
