import Logging
import NIOCore
import Synchronization

/// Sends commands to the node of a Cluster that owns their key's slot.
final class ClusterRoute: CommandRoute {
    private struct State {
        var map = SlotMap()
        var nodes: [RedisEndpoint: Node] = [:]
        var needsRefresh = true
        /// Sum over removed nodes.
        var pastGenerations = 0
    }

    private let seeds: [RedisEndpoint]
    private let configuration: RedisConfiguration
    private let connector: Connector
    private let eventLoops: [any EventLoop]
    private let logger: Logger
    private let state = Mutex(State())
    private let (newNodes, newNode) = AsyncStream<Node>.makeStream()

    /// The slot map is refreshed at least this often.
    private static let refreshInterval = Duration.seconds(30)
    /// A node may have been replaced: after this wait for a connection the slot map is consulted again.
    private static let nodeTimeout = TimeAmount.milliseconds(200)
    private static let maxRedirections = 8
    /// Precedes a command that is sent to the target of a slot migration.
    private static let asking = ByteBuffer(string: "*1\r\n$6\r\nASKING\r\n")

    init(_ seeds: [RedisEndpoint], configuration: RedisConfiguration, eventLoops: [any EventLoop], logger: Logger) {
        self.seeds = seeds
        self.configuration = configuration
        self.connector = Connector(configuration, metrics: RedisMetrics(prefix: configuration.metricsPrefix))
        self.eventLoops = eventLoops
        self.logger = logger
    }

    var isConnected: Bool {
        let nodes = self.state.withLock { state in state.map.nodes.compactMap { state.nodes[$0] } }
        return !nodes.isEmpty && nodes.allSatisfy(\.isConnected)
    }

    var generation: Int {
        self.state.withLock { state in state.nodes.values.reduce(state.pastGenerations) { $0 + $1.generation } }
    }

    var subscriptionKind: SubscriptionKind { .sharded }

    // MARK: Commands

    func reply(
        to command: ByteBuffer,
        key: String?,
        until deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        let slot = key.map { HashSlot.of($0) }
        var asked: RedisEndpoint?
        var redirections = 0
        while true {
            let isAsking = asked != nil
            let endpoint = try await self.owner(of: slot, until: deadline, asked: asked)
            let node = self.node(at: endpoint)
            asked = nil
            let value: RedisValue
            do throws(RedisError) {
                value = try await self.exchange(command, with: node, isAsking: isAsking, until: deadline)
            } catch {
                self.requestRefresh()
                // It was not sent; the slot may have moved.
                guard error.code == .unavailable, NIODeadline.now() < deadline else { throw error }
                continue
            }
            guard let redirection = Redirection(value, from: endpoint) else { return value }
            // Retries after a wait are bounded by the deadline only.
            redirections = redirection == .retryLater ? 0 : redirections + 1
            guard redirections <= Self.maxRedirections else { return value }
            switch redirection {
            case .moved(let slot, let owner):
                self.state.withLock { $0.map.move(slot, to: owner) }
                self.requestRefresh()
            case .ask(let endpoint): asked = endpoint
            case .retryLater:
                self.requestRefresh()
                guard NIODeadline.now() + .milliseconds(20) < deadline else { return value }
                try await Self.pause(.milliseconds(20))
            }
        }
    }

    private func exchange(
        _ command: ByteBuffer,
        with node: Node,
        isAsking: Bool,
        until deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        let deadline = min(deadline, .now() + Self.nodeTimeout)
        guard isAsking else { return try await node.exchange(command, until: deadline) }
        var commands = Self.asking
        commands.writeImmutableBuffer(command)
        let outcomes = try await node.exchange(commands, count: 2, until: deadline)
        return try outcomes[1].get()
    }

    func replies(
        to commands: [[String]],
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome] {
        // Sequentially within a slot, concurrently across slots.
        var queues: [Int: [Int]] = [:]
        for (index, command) in commands.enumerated() {
            queues[CommandKey.of(command).map { HashSlot.of($0) } ?? -1, default: []].append(index)
        }
        return await withTaskGroup(of: [(Int, PendingReply.Outcome)].self) { group in
            for queue in queues.values {
                group.addTask {
                    var outcomes: [(Int, PendingReply.Outcome)] = []
                    for index in queue {
                        outcomes.append((index, await self.outcome(of: commands[index], until: deadline)))
                    }
                    return outcomes
                }
            }
            let outcomes = await group.reduce(into: [Int: PendingReply.Outcome]()) { all, some in
                for (index, outcome) in some { all[index] = outcome }
            }
            return commands.indices.compactMap { outcomes[$0] }
        }
    }

    func replies(
        to commands: ByteBuffer,
        count: Int,
        key: String,
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome] {
        let endpoint = try await self.owner(of: HashSlot.of(key), until: deadline, asked: nil)
        let outcomes = try await self.node(at: endpoint).exchange(commands, count: count, until: deadline)
        switch Self.redirection(in: outcomes, from: endpoint) {
        case .moved(let slot, let owner):
            self.state.withLock { $0.map.move(slot, to: owner) }
            self.requestRefresh()
            return try await self.node(at: owner).exchange(commands, count: count, until: deadline)
        case .ask(let endpoint):
            var asking = Self.asking
            asking.writeImmutableBuffer(commands)
            let outcomes = try await self.node(at: endpoint).exchange(asking, count: count + 1, until: deadline)
            return Array(outcomes.dropFirst())
        case .retryLater, nil: return outcomes
        }
    }

    /// The first redirection among the replies.
    private static func redirection(in outcomes: [PendingReply.Outcome], from node: RedisEndpoint) -> Redirection? {
        for case .success(let value) in outcomes {
            if let redirection = Redirection(value, from: node) { return redirection }
        }
        return nil
    }

    func nodes() async throws(RedisError) -> [Node] {
        _ = try await self.owner(of: nil, until: .now() + .seconds(1), asked: nil)
        return self.state.withLock { $0.map.nodes }.map { self.node(at: $0) }
    }

    private func outcome(of command: [String], until deadline: NIODeadline) async -> PendingReply.Outcome {
        do throws(RedisError) {
            var buffer = ByteBuffer()
            try CommandEncoder.encode(command, into: &buffer)
            return .success(try await self.reply(to: buffer, key: CommandKey.of(command), until: deadline))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Slots and nodes

    func server(of key: String) async throws(RedisError) -> RedisEndpoint {
        try await self.refresh()
        return try await self.owner(of: HashSlot.of(key), until: .now() + .seconds(1), asked: nil)
    }

    private func owner(
        of slot: Int?,
        until deadline: NIODeadline,
        asked: RedisEndpoint?
    ) async throws(RedisError) -> RedisEndpoint {
        if let asked { return asked }
        while true {
            let owner = self.state.withLock { state in
                slot.map { state.map[$0] } ?? state.map.nodes.randomElement()
            }
            if let owner { return owner }
            self.requestRefresh()
            guard NIODeadline.now() < deadline else {
                throw RedisError(.unavailable, "No known node of the Cluster serves the slot.")
            }
            try await Self.pause(.milliseconds(10))
        }
    }

    private func node(at endpoint: RedisEndpoint) -> Node {
        self.state.withLock { state in
            if let node = state.nodes[endpoint] { return node }
            let node = Node(
                self.configuration,
                connector: self.connector,
                eventLoops: self.eventLoops,
                logger: self.logger
            ) { endpoint }
            state.nodes[endpoint] = node
            self.newNode.yield(node)
            return node
        }
    }

    private func requestRefresh() {
        self.state.withLock { $0.needsRefresh = true }
    }

    // MARK: Slot map

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.refreshMap() }
            for await node in self.newNodes {
                group.addTask { await node.run() }
            }
            group.cancelAll()
        }
    }

    private func refreshMap() async {
        var refreshed = ContinuousClock.now
        var failures = 0
        while !Task.isCancelled {
            let isRequested = self.state.withLock { state in
                defer { state.needsRefresh = false }
                return state.needsRefresh
            }
            do throws(RedisError) {
                if isRequested || refreshed.duration(to: .now) > Self.refreshInterval {
                    try await self.refresh()
                    refreshed = .now
                    failures = 0
                }
                try await Self.pause(.milliseconds(20))
            } catch {
                if Task.isCancelled { return }
                failures += 1
                self.requestRefresh()
                if failures == 1 || failures.isMultiple(of: 60) {
                    self.logger.error("Cannot read the slots of the Cluster", metadata: ["error": "\(error)"])
                }
                do throws(RedisError) { try await Self.pause(Backoff.delay(after: failures)) } catch { return }
            }
        }
    }

    /// Queries nodes in turn until one returns the slot map.
    private func refresh() async throws(RedisError) {
        let known = self.state.withLock { Array($0.map.nodes).shuffled() } + self.seeds
        var problem: RedisError?
        for endpoint in known {
            do throws(RedisError) {
                let connection = try await self.connector.connect(to: endpoint, on: self.eventLoops[0])
                defer { connection.close() }
                let map = try SlotMap(try await connection.send(["CLUSTER", "SLOTS"]), from: endpoint)
                guard !map.nodes.isEmpty else { continue }
                let gone = self.state.withLock { state -> [Node] in
                    state.map = map
                    let gone = state.nodes.filter { !map.nodes.contains($0.key) }
                    for (endpoint, node) in gone {
                        state.nodes[endpoint] = nil
                        state.pastGenerations += node.generation
                    }
                    return Array(gone.values)
                }
                for node in gone { node.retire() }
                for endpoint in map.nodes { _ = self.node(at: endpoint) }
                return
            } catch {
                problem = error
            }
        }
        throw RedisError(.unavailable, "No node of the Cluster returned its slot map.", cause: problem)
    }

    private static func pause(_ time: Duration) async throws(RedisError) {
        do {
            try await Task.sleep(for: time)
        } catch {
            throw RedisError(.unavailable, "The task was cancelled.", cause: error)
        }
    }
}
