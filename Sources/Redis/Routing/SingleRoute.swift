import Logging
import NIOCore

/// Sends all commands to one server: a fixed one, or the master that Sentinels name.
struct SingleRoute: CommandRoute {
    private let node: Node
    private let sentinels: Sentinels?
    private let endpoint: @Sendable () async throws(RedisError) -> RedisEndpoint

    init(_ endpoint: RedisEndpoint, configuration: RedisConfiguration, eventLoops: [any EventLoop], logger: Logger) {
        self.endpoint = { endpoint }
        self.sentinels = nil
        self.node = Node(
            configuration,
            connector: Connector(configuration, metrics: RedisMetrics(prefix: configuration.metricsPrefix)),
            eventLoops: eventLoops,
            logger: logger,
            server: self.endpoint
        )
    }

    init(_ sentinels: Sentinels, configuration: RedisConfiguration, eventLoops: [any EventLoop], logger: Logger) {
        self.endpoint = { () async throws(RedisError) in try await sentinels.currentMaster() }
        self.sentinels = sentinels
        self.node = Node(
            configuration,
            connector: Connector(
                configuration,
                role: .master,
                metrics: RedisMetrics(prefix: configuration.metricsPrefix)
            ),
            eventLoops: eventLoops,
            logger: logger,
            server: self.endpoint
        )
    }

    var isConnected: Bool { self.node.isConnected }
    var generation: Int { self.node.generation }
    var subscriptionKind: SubscriptionKind { .plain }

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.node.run() }
            if let sentinels = self.sentinels {
                group.addTask { await sentinels.watch { self.node.reconnect() } }
            }
        }
    }

    func reply(
        to command: ByteBuffer,
        key: String?,
        until deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        try await self.node.exchange(command, until: deadline)
    }

    func replies(
        to commands: [[String]],
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome] {
        var buffer = ByteBuffer()
        for command in commands { try CommandEncoder.encode(command, into: &buffer) }
        return try await self.node.exchange(buffer, count: commands.count, until: deadline)
    }

    func replies(
        to commands: ByteBuffer,
        count: Int,
        key: String,
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome] {
        try await self.node.exchange(commands, count: count, until: deadline)
    }

    func nodes() async throws(RedisError) -> [Node] { [self.node] }

    func server(of key: String) async throws(RedisError) -> RedisEndpoint {
        try await self.endpoint()
    }
}
