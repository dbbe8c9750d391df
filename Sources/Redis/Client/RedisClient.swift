public import Logging
public import NIOCore
public import NIOPosix
public import ServiceLifecycle

/// A Redis client whose commands all share a few connections.
///
/// ``run()`` keeps the connections up: the first attempt comes at once, further ones after a random time that grows to
/// half a second. A command that finds no connection waits for one for a while and then fails as `.unavailable`; a
/// command whose connection drops fails at once and is never sent again by itself, unless Redis has said that it did not
/// run it. Cancelling a task that waits for a reply does not take its command back.
public final class RedisClient: Service {
    let configuration: RedisConfiguration
    let eventLoops: [any EventLoop]
    let logger: Logger
    let route: any CommandRoute
    private let metrics: RedisMetrics

    /// Describes a client; it connects when it is run.
    ///
    /// - Parameter eventLoopGroup: whose threads read and write; connections are spread over them.
    public init(
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

    /// Whether a connection is up; in a Cluster, one to every node that owns slots.
    public var isConnected: Bool { self.route.isConnected }

    /// Grows whenever a server answers that was not there before: one started again, or another after a fail-over.
    ///
    /// Such a server may lack what was written last.
    public var generation: Int { self.route.generation }

    /// Whether keys are spread over several servers, so that a script's keys must share a hash tag.
    public var isCluster: Bool {
        guard case .cluster = self.configuration.topology else { return false }
        return true
    }

    /// Keeps the connections up until it is cancelled or shut down.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.route.run() }
    }

    /// Sends a command and gives Redis' reply.
    ///
    /// In a Cluster it goes to the node of its first key.
    ///
    /// - Throws: ``RedisError``; `.serverError` with Redis' first word where Redis answered with an error.
    public func send(_ command: [String]) async throws(RedisError) -> RedisValue {
        let value = try await self.reply(to: command, key: CommandKey.of(command))
        if case .error(let text) = value { throw RedisError(reply: text) }
        return value
    }

    /// Sends commands in their order, without waiting in between, and gives what became of each.
    ///
    /// In a Cluster the order holds among commands of one slot.
    ///
    /// - Throws: ``RedisError`` when none could be sent.
    public func pipeline(_ commands: [[String]]) async throws(RedisError) -> [Result<RedisValue, RedisError>] {
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

    /// All keys that match a pattern, piece by piece so that Redis is not held up; each once, in no order.
    ///
    /// - Throws: ``RedisError`` as ``send(_:)``.
    public func keys(matching pattern: String) async throws(RedisError) -> [String] {
        var found: Set<String> = []
        for node in try await self.route.nodes() {
            var cursor = "0"
            repeat {
                var buffer = ByteBuffer()
                try CommandEncoder.encode(["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"], into: &buffer)
                let reply = try await node.exchange(buffer, until: self.deadline)
                if case .error(let text) = reply { throw RedisError(reply: text) }
                guard let elements = reply.elements, elements.count == 2, let next = elements[0].text else {
                    throw RedisError(.protocolError, "SCAN was answered in an unknown way.")
                }
                found.formUnion((elements[1].elements ?? []).compactMap(\.text))
                cursor = next
            } while cursor != "0"
        }
        return Array(found)
    }

    /// Runs a script that Redis keeps; one that Redis does not have yet is given to it first.
    ///
    /// - Parameter keys: all keys the script touches; in a Cluster they must lie in one slot.
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
        let value = try await self.reply(to: command, key: keys.first)
        guard case .error(let text) = value else { return value }
        guard text.hasPrefix("NOSCRIPT") else { throw RedisError(reply: text) }
        // Redis has not run it: it may be sent again, with its source this time.
        command[0] = "EVAL"
        command[1] = script.source
        return try await self.send(command)
    }

    /// Runs a script, and then waits until a replica has what it wrote, where there is a replica.
    ///
    /// The script may run twice and must come to the same end then.
    ///
    /// - Parameter waitingForReplica: how long at most; that it was in vain is no error.
    /// - Throws: ``RedisError`` as ``send(_:)``.
    public func evaluate(
        _ script: RedisScript,
        key: String,
        arguments: [String],
        waitingForReplica time: Duration
    ) async throws(RedisError) {
        _ = try await self.evaluate(script, keys: [key], arguments: arguments)
        guard try await self.hasReplicas(key: key) else { return }
        // `WAIT` waits for what its own connection has written.
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
        // Where it may not be asked, there is nothing to be known.
        guard let text = reply.text else { return false }
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("connected_slaves:") }
        return line.flatMap { Int($0.dropFirst(17)) } ?? 0 > 0
    }

    private func reply(to command: [String], key: String?) async throws(RedisError) -> RedisValue {
        var buffer = ByteBuffer()
        try CommandEncoder.encode(command, into: &buffer)
        do throws(RedisError) {
            let value = try await self.route.reply(to: buffer, key: key, until: self.deadline)
            // That a script is not there yet is no failure.
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
