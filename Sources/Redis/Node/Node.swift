import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A few connections to one server, kept up while it runs.
///
/// Which server that is may change: it is asked for before every connection.
final class Node: Sendable {
    private let configuration: RedisConfiguration
    private let connector: Connector
    private let server: @Sendable () async throws(RedisError) -> RedisEndpoint
    private let eventLoops: [any EventLoop]
    private let logger: Logger
    private let state: Mutex<State>
    private let (retirement, retired) = AsyncStream<Never>.makeStream()

    private struct State {
        var pool: ConnectionPool
        /// The server that answered last, by the id it gave itself when it started.
        var serverID: String?
        var generation = 0
        var lastReset: NIODeadline?
    }

    /// Describes connections; they are opened when it is run.
    ///
    /// - Parameter server: where to connect to now.
    init(
        _ configuration: RedisConfiguration,
        connector: Connector,
        eventLoops: [any EventLoop],
        logger: Logger,
        server: @escaping @Sendable () async throws(RedisError) -> RedisEndpoint
    ) {
        self.configuration = configuration
        self.connector = connector
        self.eventLoops = eventLoops
        self.logger = logger
        self.server = server
        let pool = ConnectionPool(count: eventLoops.count, maxPending: configuration.maxPending)
        self.state = Mutex(State(pool: pool))
    }

    /// Whether a connection is up.
    var isConnected: Bool { self.state.withLock { $0.pool.isConnected } }

    /// How many servers have answered here so far, one after the other; one that was started again counts anew.
    var generation: Int { self.state.withLock { $0.generation } }

    /// Keeps the connections up until it is cancelled or retired.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { group in
                    for (slot, eventLoop) in self.eventLoops.enumerated() {
                        group.addTask { await self.keepUp(slot: slot, eventLoop: eventLoop) }
                    }
                    group.addTask { await self.expireWaiters() }
                }
            }
            group.addTask {
                for await _ in self.retirement {}
                if !Task.isCancelled { await self.drain() }
            }
            await group.next()
            group.cancelAll()
        }
        for connection in self.shutDown() { connection.close() }
    }

    /// Lets nobody in any more, and waits until all who are in have their replies.
    private func drain() async {
        let connections = self.shutDown()
        for connection in connections { connection.retire() }
        for connection in connections { await self.end(of: connection) }
    }

    private func shutDown() -> [Connection] {
        let (waiters, connections) = self.state.withLock { $0.pool.shutDown() }
        for waiter in waiters { waiter.resume(returning: .waited) }
        return connections
    }

    /// Ends it for good: the server does not belong to the others any more.
    func retire() {
        self.retired.finish()
    }

    /// Ends all connections, so that the server is asked for anew; not more often than once a second.
    func reconnect() {
        let now = NIODeadline.now()
        let connections = self.state.withLock { state -> [Connection] in
            if let last = state.lastReset, now < last + .seconds(1) { return [] }
            state.lastReset = now
            return state.pool.open
        }
        for connection in connections { connection.close() }
    }

    /// Sends one command and gives the reply, which may be an error.
    func exchange(_ command: ByteBuffer, until deadline: NIODeadline) async throws(RedisError) -> RedisValue {
        var outcome: PendingReply.Outcome
        repeat {
            let connection = try await self.connection(until: deadline)
            outcome = await connection.send(command)
        } while self.wasNotTaken(outcome, before: deadline)
        let value = try outcome.get()
        self.watch(value)
        return value
    }

    /// Sends commands in one piece and gives what became of each.
    func exchange(
        _ commands: ByteBuffer,
        count: Int,
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome] {
        var outcomes: [PendingReply.Outcome] = []
        repeat {
            let connection = try await self.connection(until: deadline)
            outcomes = await connection.send(commands, count: count)
        } while self.wasNotTaken(outcomes.first, before: deadline)
        for case .success(let value) in outcomes { self.watch(value) }
        return outcomes
    }

    /// A server that has become a replica is not the one any more that its name stands for.
    private func watch(_ value: RedisValue) {
        guard case .error(let text) = value, text.hasPrefix("READONLY") else { return }
        self.reconnect()
    }

    /// Whether a connection had just ended when it was given a command: nothing was sent, so another may have it.
    private func wasNotTaken(_ outcome: PendingReply.Outcome?, before deadline: NIODeadline) -> Bool {
        guard case .failure(let error) = outcome, error.code == .unavailable else { return false }
        return NIODeadline.now() < deadline
    }

    private func connection(until deadline: NIODeadline) async throws(RedisError) -> Connection {
        let eventLoop = MultiThreadedEventLoopGroup.currentEventLoop
        var (found, isOver) = (self.state.withLock { $0.pool.pick(near: eventLoop) }, false)
        // One that was waited for may have ended by now, and there is time for the next.
        while found == nil, !isOver {
            let answer = await withCheckedContinuation { (waiter: ConnectionPool.Waiter) in
                if let answer = self.state.withLock({ $0.pool.wait(waiter, until: deadline) }) {
                    waiter.resume(returning: answer)
                }
            }
            switch answer {
            case .connection(let connection): found = connection
            case .full(let error): throw error
            case .waited:
                (found, isOver) = self.state.withLock { ($0.pool.pick(near: nil), $0.pool.isShutDown) }
                isOver = isOver || deadline <= .now()
            }
        }
        if let found { return found }
        let problem = self.state.withLock { $0.pool.problem }
        throw RedisError(.unavailable, "There is no connection to Redis.", cause: problem)
    }
}

extension Node {
    private func keepUp(slot: Int, eventLoop: any EventLoop) async {
        var failures = 0
        while !self.isEnding {
            do {
                let endpoint = try await self.server()
                let connection = try await self.connector.connect(to: endpoint, on: eventLoop)
                if failures > 0 { self.logger.info("Connected to Redis again", metadata: self.metadata) }
                failures = 0
                await self.use(connection, slot: slot)
            } catch {
                failures += 1
                self.state.withLock { $0.pool.failed(error) }
                // One line when it begins, and one now and then; not one each attempt.
                if failures == 1 || failures.isMultiple(of: 60) {
                    var metadata = self.metadata
                    metadata["error"] = "\(error)"
                    self.logger.error("Redis cannot be reached", metadata: metadata)
                }
                do {
                    try await Task.sleep(for: Backoff.delay(after: failures))
                } catch {
                    return
                }
            }
        }
    }

    /// Lends a connection to everybody until it ends.
    private func use(_ connection: Connection, slot: Int) async {
        self.connector.metrics?.opened()
        defer { self.connector.metrics?.ended() }
        let serverID = await self.connector.serverID(connection)
        let waiters = self.state.withLock { state in
            // A server that does not say which it is may be another one each time.
            if serverID == nil || serverID != state.serverID { state.generation += 1 }
            state.serverID = serverID
            return state.pool.opened(connection, slot: slot)
        }
        for waiter in waiters { waiter.resume(returning: .waited) }
        await withTaskCancellationHandler {
            await self.end(of: connection)
        } onCancel: {
            connection.close()
        }
        self.state.withLock { $0.pool.ended(slot: slot) }
        if !self.isEnding { self.logger.warning("A connection to Redis ended", metadata: self.metadata) }
    }

    private var isEnding: Bool { Task.isCancelled || self.state.withLock { $0.pool.isShutDown } }

    private func end(of connection: Connection) async {
        do {
            try await connection.ended.get()
        } catch {
            self.logger.debug("A connection to Redis broke", metadata: ["error": "\(error)"])
        }
    }

    private func expireWaiters() async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                return
            }
            for waiter in self.state.withLock({ $0.pool.expired(at: .now()) }) { waiter.resume(returning: .waited) }
        }
    }

    private var metadata: Logger.Metadata { ["redis.servers": "\(self.configuration.topology)"] }
}
