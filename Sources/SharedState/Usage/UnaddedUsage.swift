package import Identity

/// What a store did not add of some usage.
package struct UnaddedUsage: Sendable {
    /// Counts that were certainly not added; to be added again.
    package var counts: [UserID: UsageCounts] = [:]
    /// Users that were not recorded as seen.
    package var firstSeen: [UserID] = []
    /// The sum of counts that must not be added again: they were refused, or may have been added after all.
    package var lost = UsageCounts()
    /// Why.
    package var problem: SharedStateError?

    package init() {}

    /// Whether everything was added.
    package var isEmpty: Bool { self.counts.isEmpty && self.firstSeen.isEmpty && self.lost == UsageCounts() }
}
