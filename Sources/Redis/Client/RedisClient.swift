public import Logging
public import NIOCore
public import NIOPosix
public import ServiceLifecycle
import Synchronization

/// A Redis client whose commands all share a few connections.
///
/// ``run()`` keeps the connections up: the first attempt comes at once, further ones after a random time that grows to
/// half a second. A command that finds no connection waits for one for a while and then fails as `.unavailable`; a
/// command whose connection drops fails at once and is never sent again by itself. Cancelling a task that waits for a
/// reply does not take its command back.
public final class RedisClient: Service {
    private let configuration: RedisConfiguration
    private let eventLoops: [any EventLoop]
    private let logger: Logger
    private let pool: Mutex<ConnectionPool>

    /// Describes a client; it connects when it is run.
    ///
    /// - Parameter eventLoopGroup: whose threads read and write; connections are spread over them.
    public init(
        configuration: RedisConfiguration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        self.configuration = configuration
        let loops = Array(eventLoopGroup.makeIterator())
        self.eventLoops = (0..<max(1, configuration.connections)).map { loops[$0 % loops.count] }
        self.logger = logger
        self.pool = Mutex(ConnectionPool(count: self.eventLoops.count))
    }

    /// Whether a connection is up.
    public var isConnected: Bool { self.pool.withLock { $0.isConnected } }

    /// Keeps the connections up until it is cancelled or shut down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for (slot, eventLoop) in self.eventLoops.enumerated() {
                    group.addTask { await self.keepUp(slot: slot, eventLoop: eventLoop) }
                }
                group.addTask { await self.expireWaiters() }
            }
        }
        let (waiters, connections) = self.pool.withLock { $0.shutDown() }
        for waiter in waiters { waiter.resume(returning: nil) }
        for connection in connections { connection.close() }
    }

    /// Sends a command and gives Redis' reply.
    ///
    /// - Throws: ``RedisError``; `.serverError` with Redis' first word where Redis answered with an error.
    public func send(_ command: [String]) async throws(RedisError) -> RedisValue {
        let value = try await self.reply(to: command)
        if case .error(let text) = value { throw RedisError(reply: text) }
        return value
    }

    /// Sends commands in their order, without waiting in between, and gives what became of each.
    ///
    /// - Throws: ``RedisError`` when none could be sent.
    public func pipeline(_ commands: [[String]]) async throws(RedisError) -> [Result<RedisValue, RedisError>] {
        guard !commands.isEmpty else { return [] }
        var buffer = ByteBuffer()
        for command in commands { try CommandEncoder.encode(command, into: &buffer) }
        var outcomes: [PendingReply.Outcome] = []
        let deadline = NIODeadline.now() + TimeAmount(self.configuration.waitTimeout)
        repeat {
            let connection = try await self.connection(until: deadline)
            outcomes = await connection.send(buffer, count: commands.count)
        } while self.wasNotTaken(outcomes.first, before: deadline)
        return outcomes.map { outcome in
            guard case .success(.error(let text)) = outcome else { return outcome }
            return .failure(RedisError(reply: text))
        }
    }

    /// Runs a script that Redis keeps; one that Redis does not have yet is given to it first.
    ///
    /// - Throws: ``RedisError`` as ``send(_:)``.
    public func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: [String]
    ) async throws(RedisError) -> RedisValue {
        var command = ["EVALSHA", script.digest, String(keys.count)]
        command.reserveCapacity(3 + keys.count + arguments.count)
        command.append(contentsOf: keys)
        command.append(contentsOf: arguments)
        let value = try await self.reply(to: command)
        guard case .error(let text) = value else { return value }
        guard text.hasPrefix("NOSCRIPT") else { throw RedisError(reply: text) }
        // Redis has not run it: it may be sent again, with its source this time.
        command[0] = "EVAL"
        command[1] = script.source
        return try await self.send(command)
    }

    private func reply(to command: [String]) async throws(RedisError) -> RedisValue {
        var buffer = ByteBuffer()
        try CommandEncoder.encode(command, into: &buffer)
        let deadline = NIODeadline.now() + TimeAmount(self.configuration.waitTimeout)
        var outcome: PendingReply.Outcome
        repeat {
            let connection = try await self.connection(until: deadline)
            outcome = await connection.send(buffer)
        } while self.wasNotTaken(outcome, before: deadline)
        return try outcome.get()
    }

    /// Whether a connection had just ended when it was given a command: nothing was sent, so another may have it.
    private func wasNotTaken(_ outcome: PendingReply.Outcome?, before deadline: NIODeadline) -> Bool {
        guard case .failure(let error) = outcome, error.code == .unavailable else { return false }
        return NIODeadline.now() < deadline
    }

    private func connection(until deadline: NIODeadline) async throws(RedisError) -> Connection {
        let eventLoop = MultiThreadedEventLoopGroup.currentEventLoop
        if let connection = self.pool.withLock({ $0.pick(near: eventLoop) }) { return connection }
        let found = await withCheckedContinuation { waiter in
            if let (waiter, connection) = self.pool.withLock({ $0.wait(waiter, until: deadline) }) {
                waiter.resume(returning: connection)
            }
        }
        if let found { return found }
        if let connection = self.pool.withLock({ $0.pick(near: nil) }) { return connection }
        let problem = self.pool.withLock { $0.problem }
        throw RedisError(.unavailable, "There is no connection to Redis.", cause: problem)
    }
}

extension RedisClient {
    private func keepUp(slot: Int, eventLoop: any EventLoop) async {
        let connector = Connector(configuration: self.configuration, eventLoop: eventLoop)
        var failures = 0
        while !Task.isCancelled {
            do {
                let connection = try await connector.connect()
                if failures > 0 { self.logger.info("Connected to Redis again", metadata: self.metadata) }
                failures = 0
                await self.use(connection, slot: slot)
            } catch {
                failures += 1
                self.pool.withLock { $0.failed(error) }
                // One line when it begins, and one now and then; not one each attempt.
                if failures == 1 || failures.isMultiple(of: 60) {
                    var metadata = self.metadata
                    metadata["error"] = "\(error)"
                    self.logger.error("Redis cannot be reached", metadata: metadata)
                }
                let longest = min(500, 10 << min(failures, 6))
                do {
                    try await Task.sleep(for: .milliseconds(Int.random(in: longest / 2...longest)))
                } catch {
                    return
                }
            }
        }
    }

    /// Lends a connection to everybody until it ends.
    private func use(_ connection: Connection, slot: Int) async {
        for waiter in self.pool.withLock({ $0.opened(connection, slot: slot) }) { waiter.resume(returning: nil) }
        await withTaskCancellationHandler {
            do {
                try await connection.ended.get()
            } catch {
                self.logger.debug("A connection to Redis broke", metadata: ["error": "\(error)"])
            }
        } onCancel: {
            connection.close()
        }
        self.pool.withLock { $0.ended(slot: slot) }
        if !Task.isCancelled { self.logger.warning("A connection to Redis ended", metadata: self.metadata) }
    }

    private func expireWaiters() async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                return
            }
            for waiter in self.pool.withLock({ $0.expired(at: .now()) }) { waiter.resume(returning: nil) }
        }
    }

    private var metadata: Logger.Metadata { ["redis.endpoint": "\(self.configuration.endpoint)"] }
}
