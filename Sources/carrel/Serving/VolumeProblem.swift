/// Why a worker must not use the volume beside the others.
enum VolumeProblem: Error, Sendable, Hashable {
    case pending
    /// Another worker of this Redis has another volume.
    case notShared(worker: String)
    /// What another worker writes is not seen at once.
    case stale(worker: String)
    /// Locks of another worker are not seen, and the indexes are on the volume.
    case noLocks(worker: String)
    /// The file system is known not to show changes of other machines, or to lose them.
    case unfit(type: String)

    /// The name of the problem, for health checks.
    var code: String {
        switch self {
        case .pending: "checking"
        case .notShared: "not_shared"
        case .stale: "stale"
        case .noLocks: "no_locks"
        case .unfit: "unfit"
        }
    }

    /// What an operator can do; names no worker, as health checks are unauthenticated.
    var advice: String? {
        switch self {
        case .pending: nil
        case .notShared:
            "Give all workers of a Redis the same volume at VAULT_BASE_PATH, or each volume a REDIS_PREFIX of its own."
        case .stale, .unfit:
            "Use a volume that shows changes at once, such as NFS or GlusterFS, or run one worker."
        case .noLocks: "Set DATABASE_PATH to a folder on a disk of each machine, or run one worker."
        }
    }
}

extension VolumeProblem: CustomStringConvertible {
    var description: String { [self.finding, self.advice].compactMap(\.self).joined(separator: " ") }

    private var finding: String {
        switch self {
        case .pending: "The other workers' files are being looked for on the volume."
        case .notShared(let worker): "The worker \(worker) uses the same Redis but another volume."
        case .stale(let worker): "What the worker \(worker) writes to the volume is seen too late here."
        case .noLocks(let worker):
            "The volume has no locks between this worker and \(worker), which indexes on it need."
        case .unfit(let type): "A volume of type \(type) is for one worker only."
        }
    }
}
