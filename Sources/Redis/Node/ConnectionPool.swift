import NIOCore

/// Open connections and the queue of tasks that wait for one, without I/O: methods return the action to take.
struct ConnectionPool {
    typealias Waiter = CheckedContinuation<Answer, Never>

    enum Answer: Sendable {
        case connection(Connection)
        /// The wait is over: a connection opened, or the deadline passed.
        case waited
        /// The wait queue is full.
        case full(RedisError)
    }

    private var connections: [Connection?]
    private var waiters: [(waiter: Waiter, deadline: NIODeadline)] = []
    private var next = 0
    private(set) var isShutDown = false
    private let maxWaiters: Int
    private(set) var problem: RedisError?

    /// - Parameter maxPending: length of the wait queue per connection.
    init(count: Int, maxPending: Int) {
        self.connections = Array(repeating: nil, count: count)
        let (product, isTooMuch) = maxPending.multipliedReportingOverflow(by: count)
        self.maxWaiters = isTooMuch ? .max : product
    }

    var isConnected: Bool { self.connections.contains { $0 != nil } }

    var open: [Connection] { self.connections.compactMap { $0 } }

    /// An open connection: on the caller's event loop, else round robin.
    mutating func pick(near eventLoop: (any EventLoop)?) -> Connection? {
        if let eventLoop {
            for case let connection? in self.connections where connection.eventLoop === eventLoop && connection.isOpen {
                return connection
            }
        }
        for _ in self.connections {
            self.next = (self.next + 1) % self.connections.count
            if let connection = self.connections[self.next], connection.isOpen { return connection }
        }
        return nil
    }

    /// Adds a task to the wait queue; returns an answer if it need not wait.
    mutating func wait(_ waiter: Waiter, until deadline: NIODeadline) -> Answer? {
        if let connection = self.pick(near: nil) { return .connection(connection) }
        // Without this, each expired command would wait for the next sweep.
        if self.isShutDown || deadline <= .now() { return .waited }
        guard self.waiters.count < self.maxWaiters else {
            let text = "\(self.maxWaiters) commands are waiting for a connection."
            return .full(RedisError(.tooManyPending, text, cause: self.problem))
        }
        self.waiters.append((waiter, deadline))
        return nil
    }

    /// Adds a connection; returns the waiters to resume.
    mutating func opened(_ connection: Connection, slot: Int) -> [Waiter] {
        self.connections[slot] = connection
        self.problem = nil
        defer { self.waiters = [] }
        return self.waiters.map(\.waiter)
    }

    mutating func closed(slot: Int) {
        self.connections[slot] = nil
    }

    mutating func failed(_ error: RedisError) {
        self.problem = error
    }

    /// Removes the waiters whose deadline has passed.
    mutating func expired(at now: NIODeadline) -> [Waiter] {
        let late = self.waiters.filter { $0.deadline <= now }.map(\.waiter)
        self.waiters.removeAll { $0.deadline <= now }
        return late
    }

    /// Accepts no further waiters; returns waiters and connections for the caller to end.
    mutating func shutDown() -> (waiters: [Waiter], connections: [Connection]) {
        self.isShutDown = true
        defer { self.waiters = [] }
        return (self.waiters.map(\.waiter), self.connections.compactMap { $0 })
    }
}
