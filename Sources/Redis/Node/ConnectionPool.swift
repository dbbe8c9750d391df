import NIOCore

/// Which connections are up and who waits for one; does nothing itself and says what to do.
struct ConnectionPool {
    typealias Waiter = CheckedContinuation<Answer, Never>

    /// What somebody who asks for a connection is told.
    enum Answer: Sendable {
        /// Here is one.
        case connection(Connection)
        /// The wait is over: there may be one now, or it was in vain.
        case waited
        /// So many wait that one more may not.
        case full(RedisError)
    }

    private var connections: [Connection?]
    private var waiters: [(waiter: Waiter, deadline: NIODeadline)] = []
    private var turn = 0
    private(set) var isShutDown = false
    private let maxWaiters: Int
    private(set) var problem: RedisError?

    /// - Parameter maxPending: how many may wait for each connection while none is up.
    init(count: Int, maxPending: Int) {
        self.connections = Array(repeating: nil, count: count)
        let (product, isTooMuch) = maxPending.multipliedReportingOverflow(by: count)
        self.maxWaiters = isTooMuch ? .max : product
    }

    var isConnected: Bool { self.connections.contains { $0 != nil } }

    /// All connections that are up.
    var open: [Connection] { self.connections.compactMap { $0 } }

    /// A connection that is up: the one on the caller's own event loop, else the next in turn.
    mutating func pick(near eventLoop: (any EventLoop)?) -> Connection? {
        if let eventLoop {
            for case let connection? in self.connections where connection.eventLoop === eventLoop && connection.isOpen {
                return connection
            }
        }
        for _ in self.connections {
            self.turn = (self.turn + 1) % self.connections.count
            if let connection = self.connections[self.turn], connection.isOpen { return connection }
        }
        return nil
    }

    /// Puts somebody into the line for the next connection; gives an answer where there is nothing to wait for.
    mutating func wait(_ waiter: Waiter, until deadline: NIODeadline) -> Answer? {
        if let connection = self.pick(near: nil) { return .connection(connection) }
        // Of many commands in a row that are late, each would wait until it is looked for.
        if self.isShutDown || deadline <= .now() { return .waited }
        guard self.waiters.count < self.maxWaiters else {
            let text = "\(self.maxWaiters) commands wait for a connection already."
            return .full(RedisError(.tooManyPending, text, cause: self.problem))
        }
        self.waiters.append((waiter, deadline))
        return nil
    }

    /// Notes that a connection is up; gives all who waited for one.
    mutating func opened(_ connection: Connection, slot: Int) -> [Waiter] {
        self.connections[slot] = connection
        self.problem = nil
        defer { self.waiters = [] }
        return self.waiters.map(\.waiter)
    }

    mutating func ended(slot: Int) {
        self.connections[slot] = nil
    }

    mutating func failed(_ error: RedisError) {
        self.problem = error
    }

    /// Those who have waited for too long.
    mutating func expired(at now: NIODeadline) -> [Waiter] {
        let late = self.waiters.filter { $0.deadline <= now }.map(\.waiter)
        self.waiters.removeAll { $0.deadline <= now }
        return late
    }

    /// Takes nobody any more; gives all who wait and all that is open.
    mutating func shutDown() -> (waiters: [Waiter], connections: [Connection]) {
        self.isShutDown = true
        defer { self.waiters = [] }
        return (self.waiters.map(\.waiter), self.connections.compactMap { $0 })
    }
}
