/// How much of the threads one user has occupied lately, as seen at the checks.
struct ReadLoad {
    private static let interval: Duration = .milliseconds(250)
    /// What is left of the load after an interval without a read.
    private static let decay = 0.75
    /// One read that runs for a second, or two that run for half a second.
    private static let most = 2.5
    private static let memory: Duration = .seconds(10)

    private var value = 0.0
    private var checked: ContinuousClock.Instant?
    private var end: ContinuousClock.Instant?
    /// Whether the user has occupied threads without a break within the last ten seconds.
    private(set) var isHeavy = false

    /// Notes how many reads run now.
    ///
    /// - Parameter isWaiting: whether further ones wait. A user stays heavy while any do: they wait for the threads that
    ///   heavy users share, and would all take others at once.
    mutating func note(_ running: Int, isWaiting: Bool, at now: ContinuousClock.Instant) {
        let intervals = self.checked.map { $0.duration(to: now) / Self.interval } ?? 1
        guard intervals >= 0.5 else { return }
        for _ in 0..<Int(min(intervals, 64).rounded()) { self.value *= Self.decay }
        self.value += Double(running)
        self.checked = now
        if self.value >= Self.most || (self.isHeavy && isWaiting) { self.end = now + Self.memory }
        self.isHeavy = self.end.map { now < $0 } ?? false
    }
}
