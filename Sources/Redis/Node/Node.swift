import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A few connections to one server, kept open while ``run()`` runs.
///
/// The server may change: its endpoint is resolved before every connection attempt.
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
        /// `run_id` of the server that answered last.
        var serverID: String?
        var generation = 0
        var lastReset: NIODeadline?
    }

    /// - Parameter server: resolves the current endpoint.
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

    var isConnected: Bool { self.state.withLock { $0.pool.isConnected } }

    /// The number of servers that have answered so far; a restarted one counts again.
    var generation: Int { self.state.withLock { $0.generation } }

    /// Keeps the connections open until cancellation or ``retire()``.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { group in
                    for (slot, eventLoop) in self.eventLoops.enumerated() {
                        group.addTask { await self.keepConnected(slot: slot, eventLoop: eventLoop) }
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

    /// Accepts no further commands, and waits for pending replies.
    private func drain() async {
        let connections = self.shutDown()
        for connection in connections { connection.retire() }
        for connection in connections { await self.waitUntilClosed(connection) }
    }

    private func shutDown() -> [Connection] {
        let (waiters, connections) = self.state.withLock { $0.pool.shutDown() }
        for waiter in waiters { waiter.resume(returning: .waited) }
        return connections
    }

    /// Shuts down for good: the server has left the Cluster.
    func retire() {
        self.retired.finish()
    }

    /// Closes all connections, so that the endpoint is resolved again; at most once a second.
    func reconnect() {
        let now = NIODeadline.now()
        let connections = self.state.withLock { state -> [Connection] in
            if let last = state.lastReset, now < last + .seconds(1) { return [] }
            state.lastReset = now
            return state.pool.open
        }
        for connection in connections { connection.close() }
    }

    /// Sends one command; an error reply is a value.
    func exchange(_ command: ByteBuffer, until deadline: NIODeadline) async throws(RedisError) -> RedisValue {
        var outcome: PendingReply.Outcome
        repeat {
            let connection = try await self.connection(until: deadline)
            outcome = await connection.send(command)
        } while self.shouldRetry(outcome, before: deadline)
        let value = try outcome.get()
        self.reconnectIfReadOnly(value)
        return value
    }

    /// Sends commands contiguously.
    func exchange(
        _ commands: ByteBuffer,
        count: Int,
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome] {
        var outcomes: [PendingReply.Outcome] = []
        repeat {
            let connection = try await self.connection(until: deadline)
            outcomes = await connection.send(commands, count: count)
        } while self.shouldRetry(outcomes.first, before: deadline)
        for case .success(let value) in outcomes { self.reconnectIfReadOnly(value) }
        return outcomes
    }

    /// A server that has become a replica must be replaced by the new master.
    private func reconnectIfReadOnly(_ value: RedisValue) {
        guard case .error(let text) = value, text.hasPrefix("READONLY") else { return }
        self.reconnect()
    }

    /// Whether the connection closed before the command was sent, so that another can take it.
    private func shouldRetry(_ outcome: PendingReply.Outcome?, before deadline: NIODeadline) -> Bool {
        guard case .failure(let error) = outcome, error.code == .unavailable else { return false }
        return NIODeadline.now() < deadline
    }

    private func connection(until deadline: NIODeadline) async throws(RedisError) -> Connection {
        let eventLoop = MultiThreadedEventLoopGroup.currentEventLoop
        var (found, isOver) = (self.state.withLock { $0.pool.pick(near: eventLoop) }, false)
        // The connection may have closed again before the waiter resumed.
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
        throw RedisError(.unavailable, "No connection to Redis.", cause: problem)
    }
}

extension Node {
    private func keepConnected(slot: Int, eventLoop: any EventLoop) async {
        var failures = 0
        while !self.isShuttingDown {
            do {
                let endpoint = try await self.server()
                let connection = try await self.connector.connect(to: endpoint, on: eventLoop)
                if failures > 0 { self.logger.info("Reconnected to Redis", metadata: self.metadata) }
                failures = 0
                await self.use(connection, slot: slot)
            } catch {
                failures += 1
                self.state.withLock { $0.pool.failed(error) }
                // The first failure and every 60th is logged.
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

    /// Adds a connection to the pool until it closes.
    private func use(_ connection: Connection, slot: Int) async {
        self.connector.metrics?.opened()
        defer { self.connector.metrics?.closed() }
        let serverID = await self.connector.serverID(connection)
        let waiters = self.state.withLock { state in
            // Without an id it may be another server each time.
            if serverID == nil || serverID != state.serverID { state.generation += 1 }
            state.serverID = serverID
            return state.pool.opened(connection, slot: slot)
        }
        for waiter in waiters { waiter.resume(returning: .waited) }
        await withTaskCancellationHandler {
            await self.waitUntilClosed(connection)
        } onCancel: {
            connection.close()
        }
        self.state.withLock { $0.pool.closed(slot: slot) }
        if !self.isShuttingDown { self.logger.warning("Connection to Redis closed", metadata: self.metadata) }
    }

    private var isShuttingDown: Bool { Task.isCancelled || self.state.withLock { $0.pool.isShutDown } }

    private func waitUntilClosed(_ connection: Connection) async {
        do {
            try await connection.closeFuture.get()
        } catch {
            self.logger.debug("Connection to Redis failed", metadata: ["error": "\(error)"])
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
