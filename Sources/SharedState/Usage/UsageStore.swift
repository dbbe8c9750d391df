public import Identity

/// Where the counts of all workers are added up.
public protocol UsageStore: Sendable {
    /// Adds counts to a day's.
    ///
    /// - Parameters:
    ///   - counts: what each user asked.
    ///   - firstSeen: the users that this worker sees for the first time that day.
    ///   - day: `yyyy-mm-dd`, UTC.
    /// - Returns: what was not added.
    /// - Throws: ``SharedStateError`` when nothing was added.
    func add(_ counts: [UserID: UsageCounts], firstSeen: [UserID], day: String) async throws -> UnaddedUsage

    /// The counts of a user on a day, all workers together.
    func usage(of user: UserID, day: String) async throws -> UsageCounts

    /// How many users were seen on a day; within a percent or so.
    func activeUsers(day: String) async throws -> Int
}
