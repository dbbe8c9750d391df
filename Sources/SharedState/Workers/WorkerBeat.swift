/// What a worker has last said of itself.
package struct WorkerBeat: Sendable, Hashable {
    package let worker: String
    /// Grows with every beat.
    package let number: Int
    /// How long ago it was, on Redis' clock.
    package let age: Duration

    package init(worker: String, number: Int, age: Duration) {
        self.worker = worker
        self.number = number
        self.age = age
    }
}
