package import Logging
package import NIOCore
import NIOPosix
public import ServiceLifecycle

/// A Redis client whose commands share a few connections.
///
/// ``run()`` keeps the connections open and reconnects after a random delay of up to half a second. A command without a
/// connection waits up to `waitTimeout` for one and then fails as `.unavailable`; a command whose connection closes
/// fails at once and is never retried, unless Redis reported that it did not run it. Cancelling a task does not cancel
/// the command it has sent.
public final class RedisClient: Service {
    let configuration: RedisConfiguration
    let eventLoops: [any EventLoop]
    let logger: Logger
    let route: any CommandRoute
    private let metrics: RedisMetrics

    /// - Parameter eventLoopGroup: connections are spread over its event loops.
    package init(
        configuration: RedisConfiguration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        self.configuration = configuration
        let all = Array(eventLoopGroup.makeIterator())
        let loops = (0..<max(1, configuration.connections)).map { all[$0 % all.count] }
        self.eventLoops = loops
        self.logger = logger
        self.metrics = RedisMetrics(prefix: configuration.metricsPrefix)
        switch configuration.topology {
        case .standalone(let endpoint):
            self.route = SingleRoute(endpoint, configuration: configuration, eventLoops: loops, logger: logger)
        case .sentinel(let endpoints, let master):
            let sentinels = Sentinels(
                endpoints,
                master: master,
                configuration: configuration,
                eventLoop: loops[0],
                logger: logger
            )
            self.route = SingleRoute(sentinels, configuration: configuration, eventLoops: loops, logger: logger)
        case .cluster(let seeds):
            self.route = ClusterRoute(seeds, configuration: configuration, eventLoops: loops, logger: logger)
        }
    }

    /// Whether a connection is open; in a Cluster, one to every node that owns slots.
    package var isConnected: Bool { self.route.isConnected }

    /// Incremented when a restarted or, after a failover, another server answers; it may lack the last writes.
    package var generation: Int { self.route.generation }

    /// In a Cluster all keys of a script must share a hash tag.
    package var isCluster: Bool {
        guard case .cluster = self.configuration.topology else { return false }
        return true
    }

    /// Keeps the connections open until cancellation or graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.route.run() }
    }

    /// In a Cluster the command goes to the node of its first key.
    ///
    /// - Throws: ``RedisError``; `.serverError` with the error's first word for an error reply.
    package func send(_ command: [String]) async throws(RedisError) -> RedisValue {
        let value = try await self.reply(to: command, key: CommandKey.of(command))
        if case .error(let text) = value { throw RedisError(reply: text) }
        return value
    }

    /// Sends commands without waiting in between; in a Cluster order is kept within each slot only.
    ///
    /// - Throws: ``RedisError`` if no command could be sent.
    package func pipeline(_ commands: [[String]]) async throws(RedisError) -> [Result<RedisValue, RedisError>] {
        guard !commands.isEmpty else { return [] }
        let outcomes: [Result<RedisValue, RedisError>]
        do throws(RedisError) {
            outcomes = try await self.route.replies(to: commands, until: self.deadline)
        } catch {
            self.metrics.failed(error.code)
            throw error
        }
        return outcomes.map { outcome in
            var outcome = outcome
            if case .success(.error(let text)) = outcome { outcome = .failure(RedisError(reply: text)) }
            if case .failure(let error) = outcome { self.metrics.failed(error.code) }
            return outcome
        }
    }

    /// All keys that match a pattern, deduplicated and unordered; iterates with `SCAN` so that Redis is not blocked.
    ///
    /// - Throws: ``RedisError`` as ``send(_:)``.
    package func keys(matching pattern: String) async throws(RedisError) -> [String] {
        var found: Set<String> = []
        for node in try await self.route.nodes() {
            var cursor = "0"
            repeat {
                var buffer = ByteBuffer()
                try CommandEncoder.encode(["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"], into: &buffer)
                let reply = try await node.exchange(buffer, until: self.deadline)
                if case .error(let text) = reply { throw RedisError(reply: text) }
                guard let elements = reply.elements, elements.count == 2, let next = elements[0].text else {
                    throw RedisError(.protocolError, "Unexpected reply to SCAN.")
                }
                found.formUnion((elements[1].elements ?? []).compactMap(\.text))
                cursor = next
            } while cursor != "0"
        }
        return Array(found)
    }

    /// Runs a script by its digest, and with its source if Redis has not cached it.
    ///
    /// - Parameter keys: all keys the script accesses; in a Cluster they must be in one slot.
    /// - Throws: ``RedisError`` as ``send(_:)``.
    package func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: [String]
    ) async throws(RedisError) -> RedisValue {
        var command = ["EVALSHA", script.digest, String(keys.count)]
        command.reserveCapacity(3 + keys.count + arguments.count)
        command.append(contentsOf: keys)
        command.append(contentsOf: arguments)
        let value = try await self.reply(to: command, key: keys.first)
        guard case .error(let text) = value else { return value }
        guard text.hasPrefix("NOSCRIPT") else { throw RedisError(reply: text) }
        // NOSCRIPT means that it did not run, so it may be retried.
        command[0] = "EVAL"
        command[1] = script.source
        return try await self.send(command)
    }

    /// Runs a script and, if there are replicas, waits until one has its writes.
    ///
    /// The script may run twice, so it must be idempotent.
    ///
    /// - Parameter waitingForReplica: the maximum wait; running out of it is not an error.
    /// - Throws: ``RedisError`` as ``send(_:)``.
    package func evaluate(
        _ script: RedisScript,
        key: String,
        arguments: [String],
        waitingForReplica time: Duration
    ) async throws(RedisError) {
        _ = try await self.evaluate(script, keys: [key], arguments: arguments)
        guard try await self.hasReplicas(key: key) else { return }
        // `WAIT` covers writes of its own connection only.
        var commands = ByteBuffer()
        try CommandEncoder.encode(["EVAL", script.source, "1", key] + arguments, into: &commands)
        let milliseconds = max(1, TimeAmount(time).nanoseconds / 1_000_000)
        try CommandEncoder.encode(["WAIT", "1", String(milliseconds)], into: &commands)
        for outcome in try await self.route.replies(to: commands, count: 2, key: key, until: self.deadline) {
            if case .error(let text) = try outcome.get() { throw RedisError(reply: text) }
        }
    }

    private func hasReplicas(key: String) async throws(RedisError) -> Bool {
        let reply = try await self.reply(to: ["INFO", "replication"], key: key)
        // An ACL may deny INFO.
        guard let text = reply.text else { return false }
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("connected_slaves:") }
        return line.flatMap { Int($0.dropFirst(17)) } ?? 0 > 0
    }

    private func reply(to command: [String], key: String?) async throws(RedisError) -> RedisValue {
        var buffer = ByteBuffer()
        try CommandEncoder.encode(command, into: &buffer)
        do throws(RedisError) {
            let value = try await self.route.reply(to: buffer, key: key, until: self.deadline)
            // NOSCRIPT is not a failure.
            if case .error(let text) = value, !text.hasPrefix("NOSCRIPT") {
                self.metrics.failed(RedisError(reply: text).code)
            }
            return value
        } catch {
            self.metrics.failed(error.code)
            throw error
        }
    }

    private var deadline: NIODeadline { .now() + TimeAmount(self.configuration.waitTimeout) }
}
