package import Identity

/// Where the counts of all workers are added up.
package protocol UsageStore: Sendable {
    /// Adds counts to a day's.
    ///
    /// - Parameters:
    ///   - firstSeen: the users that this worker sees for the first time that day.
    ///   - day: `yyyy-mm-dd`, UTC.
    /// - Returns: what was not added.
    /// - Throws: ``SharedStateError`` when nothing was added.
    func add(_ counts: [UserID: UsageCounts], firstSeen: [UserID], day: String) async throws -> UnaddedUsage

    /// The counts of a user on a day, all workers together.
    func usage(of user: UserID, day: String) async throws -> UsageCounts

    /// The users with requests on a day, in no order.
    func users(day: String) async throws -> [UserID]

    /// How many users were seen on a day; within a percent or so.
    func activeUsers(day: String) async throws -> Int
}
