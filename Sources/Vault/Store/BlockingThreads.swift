internal import Dispatch
internal import Synchronization

/// A fixed number of threads for calls that block, so that none blocks the pool that all tasks share.
final class BlockingThreads: Sendable {
    private let queues: [DispatchQueue]
    private let loads: Mutex<[Int]>

    init(_ name: String, count: Int) {
        self.queues = (0..<count).map { DispatchQueue(label: "carrel.vault.\(name).\($0)") }
        self.loads = Mutex([Int](repeating: 0, count: count))
    }

    /// Runs a job on the thread with the fewest jobs.
    func enqueue(_ job: @escaping @Sendable () -> Void) {
        let thread = self.loads.withLock { loads in
            var thread = 0
            for index in loads.indices where loads[index] < loads[thread] { thread = index }
            loads[thread] += 1
            return thread
        }
        self.queues[thread].async {
            job()
            self.loads.withLock { $0[thread] -= 1 }
        }
    }

    /// Runs a job and waits for what it returns.
    ///
    /// - Throws: ``VaultError``.
    func run<Value: Sendable>(_ job: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.enqueue {
                continuation.resume(with: Result { try job() }.mapError { VaultError(describing: $0) as any Error })
            }
        }
    }
}
