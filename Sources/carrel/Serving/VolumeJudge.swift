import Files
import SharedState

/// Judges a volume by what a worker sees of the others through it.
struct VolumeJudge {
    /// After such a silence a worker counts as dead.
    private static let longestSilence: Duration = .seconds(7)
    /// How often the same late sight is looked at again.
    private static let patience = 4

    private let isShared: Bool
    private let hasOwnIndexes: Bool
    /// The type of a file system that is not for several workers; `nil` for any other.
    private let unfitType: String?
    private var isSound = false
    /// The first beat that was seen of each worker.
    private var first: [String: Int] = [:]
    private var lateSights: [String: Int] = [:]

    /// - Parameters:
    ///   - isShared: whether other machines may have the volume.
    ///   - hasOwnIndexes: whether the locks of the volume are not needed.
    ///   - unfitType: the type of a file system that is not for several workers.
    init(isShared: Bool, hasOwnIndexes: Bool, unfitType: String? = nil) {
        self.isShared = isShared
        self.hasOwnIndexes = hasOwnIndexes
        self.unfitType = unfitType
    }

    mutating func finding(_ others: [WorkerBeat], sights: [String: HeldFile.Sight]) -> VolumeCheck.Finding {
        var isPending = false
        for other in others where other.age < Self.longestSilence {
            switch self.finding(other, sight: sights[other.worker]) {
            case .sound: continue
            case .pending: isPending = true
            case .unsound(let problem):
                self.isSound = false
                return .unsound(problem)
            }
        }
        // A worker that serves goes on while it gets to know a new one.
        if !isPending { self.isSound = true }
        return self.isSound ? .sound : .pending
    }

    private mutating func finding(_ other: WorkerBeat, sight: HeldFile.Sight?) -> VolumeCheck.Finding {
        guard let sight else { return .unsound(.notShared(worker: other.worker)) }
        if let unfitType { return .unsound(.unfit(type: unfitType)) }
        // On one machine the kernel releases the lock of a process that dies, and shows every write.
        if !self.isShared { return .sound }
        // A worker writes the file before it registers the beat.
        if (sight.number ?? 0) < other.number {
            self.lateSights[other.worker, default: 0] += 1
            let isLate = self.lateSights[other.worker, default: 0] >= Self.patience
            return isLate ? .unsound(.stale(worker: other.worker)) : .pending
        }
        self.lateSights[other.worker] = nil
        let first = self.first[other.worker, default: other.number]
        self.first[other.worker] = first
        // Twice, as a file system shows the first time what it has not remembered yet.
        guard other.number > first else { return .pending }
        guard sight.isLocked || self.hasOwnIndexes else { return .unsound(.noLocks(worker: other.worker)) }
        return .sound
    }
}
