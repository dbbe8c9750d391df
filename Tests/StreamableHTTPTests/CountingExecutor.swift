import Dispatch
import Synchronization

/// Runs tasks on a thread of its own, and counts how often they come to it.
final class CountingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "counting")
    private let jobs = Atomic(0)

    var jobCount: Int { self.jobs.load(ordering: .relaxed) }

    func enqueue(_ job: consuming ExecutorJob) {
        self.jobs.wrappingAdd(1, ordering: .relaxed)
        let job = UnownedJob(job)
        let executor = self.asUnownedTaskExecutor()
        self.queue.async { job.runSynchronously(on: executor) }
    }
}
