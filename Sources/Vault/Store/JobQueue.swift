/// Jobs in the order they came.
struct JobQueue<Job> {
    private var jobs: [Job?] = []
    private var next = 0

    var isEmpty: Bool { self.next == self.jobs.count }

    mutating func append(_ job: Job) { self.jobs.append(job) }

    mutating func popFirst() -> Job? {
        guard self.next < self.jobs.count else { return nil }
        // What the job holds is released with it.
        let job = self.jobs[self.next].take()
        self.next += 1
        if self.next == self.jobs.count {
            self.jobs.removeAll(keepingCapacity: self.next <= 64)
            self.next = 0
        } else if self.next >= 256 {
            // Jobs that have run are removed in batches.
            self.jobs.removeFirst(self.next)
            self.next = 0
        }
        return job
    }

    func contains(where condition: (Job) -> Bool) -> Bool {
        self.jobs[self.next...].contains { $0.map(condition) ?? false }
    }

    /// Removes the jobs that fulfil a condition.
    mutating func remove(where condition: (Job) -> Bool) -> [Job] {
        let waiting = self.jobs[self.next...].compactMap { $0 }
        let removed = waiting.filter(condition)
        guard !removed.isEmpty else { return [] }
        self.jobs = waiting.filter { !condition($0) }
        self.next = 0
        return removed
    }
}
