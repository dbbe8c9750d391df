import ServiceLifecycle
import Synchronization

/// Subscribes to channels over dedicated connections.
///
/// ``run()`` keeps them open; after an interruption all channels are subscribed again, and every stream gets
/// ``RedisPush/listening(channel:)``. In a Cluster the channels are sharded (`SSUBSCRIBE`, Redis 7).
package final class RedisSubscriber: Service {
    private typealias Continuation = AsyncStream<RedisPush>.Continuation

    private struct State {
        var listeners: [String: [Int: Continuation]] = [:]
        var connections: [RedisEndpoint?: SubscriptionConnection] = [:]
        /// The connection of each channel, by endpoint.
        var endpoints: [String: RedisEndpoint?] = [:]
        var nextListener = 0
    }

    private let client: RedisClient
    private let connector: Connector
    private let state = Mutex(State())
    /// Held while listeners change and their channel is subscribed or unsubscribed, so that both go in the same order.
    private let changes = Mutex(())
    private let (newConnections, newConnection) = AsyncStream<SubscriptionConnection>.makeStream()
    /// Buffered elements per stream; beyond that the oldest are dropped, followed by `.listening`.
    private static let bufferSize = 1024

    package init(_ client: RedisClient) {
        self.client = client
        self.connector = Connector(client.configuration)
    }

    /// Messages on a channel, starting with `.listening`; unsubscribes when the stream is released.
    package func messages(on channel: String) -> AsyncStream<RedisPush> {
        let (stream, continuation) = AsyncStream<RedisPush>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.bufferSize)
        )
        let (listener, isListening) = self.changes.withLock { _ in self.add(continuation, to: channel) }
        continuation.onTermination = { [weak self] _ in self?.remove(listener, of: channel) }
        // Already subscribed for other listeners.
        if isListening { continuation.yield(.listening(channel: channel)) }
        return stream
    }

    /// - Throws: ``RedisError`` as ``RedisClient/send(_:)``.
    package func publish(_ payload: String, on channel: String) async throws(RedisError) {
        _ = try await self.client.send([self.client.route.subscriptionKind.publish, channel, payload])
    }

    /// Runs until cancellation or graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await connection in self.newConnections {
                    group.addTask { await connection.run() }
                }
                group.cancelAll()
            }
        }
    }

    // MARK: Listeners

    private func add(_ continuation: Continuation, to channel: String) -> (listener: Int, isListening: Bool) {
        let (listener, isFirst, isListening) = self.state.withLock { state in
            let listener = state.nextListener
            state.nextListener += 1
            let isFirst = state.listeners[channel] == nil
            state.listeners[channel, default: [:]][listener] = continuation
            let connection = state.endpoints[channel].flatMap { state.connections[$0] }
            // In a Cluster the connection without an endpoint resolves the channel's node.
            if isFirst { state.endpoints[channel] = .some(nil) }
            return (listener, isFirst, connection?.isListening(to: channel) ?? false)
        }
        if isFirst { self.connection(for: nil).subscribe(to: channel) }
        return (listener, isListening)
    }

    private func remove(_ listener: Int, of channel: String) {
        self.changes.withLock { _ in
            let connection = self.state.withLock { state -> SubscriptionConnection? in
                state.listeners[channel]?[listener] = nil
                guard state.listeners[channel]?.isEmpty == true else { return nil }
                state.listeners[channel] = nil
                return state.endpoints.removeValue(forKey: channel).flatMap { state.connections[$0] }
            }
            connection?.unsubscribe(from: channel)
        }
    }

    private func receive(_ push: RedisPush) {
        let channel: String
        switch push {
        case .listening(let name), .message(let name, _): channel = name
        }
        let continuations = self.state.withLock { $0.listeners[channel].map { Array($0.values) } ?? [] }
        for continuation in continuations {
            if case .dropped = continuation.yield(push) { continuation.yield(.listening(channel: channel)) }
        }
    }

    // MARK: Connections

    private func connection(for endpoint: RedisEndpoint?) -> SubscriptionConnection {
        self.state.withLock { state in
            if let connection = state.connections[endpoint] { return connection }
            let connection = SubscriptionConnection(
                self.client.route.subscriptionKind,
                connector: self.connector,
                eventLoop: self.client.eventLoops[0],
                logger: self.client.logger
            ) { [weak self] () async throws(RedisError) in
                guard let self else { throw RedisError(.unavailable, "The subscriber was released.") }
                return try await self.server(for: endpoint)
            } receive: { [weak self] push in
                self?.receive(push)
            }
            state.connections[endpoint] = connection
            self.newConnection.yield(connection)
            return connection
        }
    }

    /// The server of a connection; in a Cluster, channels of other nodes are first moved to those nodes' connections.
    ///
    /// - Returns: `nil` if no channel is left.
    private func server(for endpoint: RedisEndpoint?) async throws(RedisError) -> RedisEndpoint? {
        let connection = self.connection(for: endpoint)
        guard self.client.isCluster else { return try await self.client.route.server(of: "") }
        for channel in connection.channels {
            let owner = try await self.client.route.server(of: channel)
            guard owner != endpoint else { continue }
            self.changes.withLock { _ in
                connection.unsubscribe(from: channel)
                let isWanted = self.state.withLock { state in
                    guard state.listeners[channel] != nil else { return false }
                    state.endpoints[channel] = owner
                    return true
                }
                if isWanted { self.connection(for: owner).subscribe(to: channel) }
            }
        }
        return connection.channels.isEmpty ? nil : endpoint
    }
}
