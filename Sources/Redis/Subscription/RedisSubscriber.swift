public import ServiceLifecycle
import Synchronization

/// Listens to channels over connections of its own.
///
/// ``run()`` keeps them up; after an interruption all channels are subscribed to again by themselves, and everybody is
/// told that messages may have been missed. In a Cluster the channels are sharded (`SSUBSCRIBE`, Redis 7).
public final class RedisSubscriber: Service {
    private typealias Continuation = AsyncStream<RedisPush>.Continuation

    private struct State {
        var listeners: [String: [Int: Continuation]] = [:]
        var lanes: [RedisEndpoint?: SubscriptionLane] = [:]
        /// Which lane each channel is on.
        var places: [String: RedisEndpoint?] = [:]
        var nextListener = 0
    }

    private let client: RedisClient
    private let connector: Connector
    private let state = Mutex(State())
    private let (newLanes, newLane) = AsyncStream<SubscriptionLane>.makeStream()
    /// So many messages wait for a listener; when there are more the oldest go, and it is told.
    private static let bound = 1024

    /// Listens on the servers that a client talks to.
    public init(_ client: RedisClient) {
        self.client = client
        self.connector = Connector(client.configuration)
    }

    /// What is sent on a channel, until the stream is no longer read.
    ///
    /// It begins with `.listening` once the channel is subscribed to.
    public func messages(on channel: String) -> AsyncStream<RedisPush> {
        let (stream, continuation) = AsyncStream<RedisPush>.makeStream(bufferingPolicy: .bufferingNewest(Self.bound))
        let (listener, isFirst, isListening) = self.state.withLock { state in
            let listener = state.nextListener
            state.nextListener += 1
            let isFirst = state.listeners[channel] == nil
            state.listeners[channel, default: [:]][listener] = continuation
            let lane = state.places[channel].flatMap { state.lanes[$0] }
            // In a Cluster the lane without a server finds out where a channel lives.
            if isFirst { state.places[channel] = .some(nil) }
            return (listener, isFirst, lane?.isListening(to: channel) ?? false)
        }
        continuation.onTermination = { [weak self] _ in self?.drop(listener, of: channel) }
        if isFirst { self.lane(for: nil).subscribe(to: channel) }
        // The channel is open for others already: what comes, comes to this one too from now on.
        if isListening { continuation.yield(.listening(channel: channel)) }
        return stream
    }

    /// Sends a message to all who listen on a channel, through any client.
    ///
    /// - Throws: ``RedisError`` as ``RedisClient/send(_:)``.
    public func publish(_ payload: String, on channel: String) async throws(RedisError) {
        _ = try await self.client.send([self.client.route.subscriptionKind.publish, channel, payload])
    }

    /// Listens until it is cancelled or shut down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await lane in self.newLanes {
                    group.addTask { await lane.run() }
                }
                group.cancelAll()
            }
        }
    }

    // MARK: Listeners

    private func drop(_ listener: Int, of channel: String) {
        let lane = self.state.withLock { state -> SubscriptionLane? in
            state.listeners[channel]?[listener] = nil
            guard state.listeners[channel]?.isEmpty == true else { return nil }
            state.listeners[channel] = nil
            return state.places.removeValue(forKey: channel).flatMap { state.lanes[$0] }
        }
        lane?.unsubscribe(from: channel)
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

    // MARK: Lanes

    private func lane(for endpoint: RedisEndpoint?) -> SubscriptionLane {
        self.state.withLock { state in
            if let lane = state.lanes[endpoint] { return lane }
            let lane = SubscriptionLane(
                self.client.route.subscriptionKind,
                connector: self.connector,
                eventLoop: self.client.eventLoops[0],
                logger: self.client.logger
            ) { [weak self] () async throws(RedisError) in
                guard let self else { throw RedisError(.unavailable, "Nobody listens any more.") }
                return try await self.server(for: endpoint)
            } receive: { [weak self] push in
                self?.receive(push)
            }
            state.lanes[endpoint] = lane
            self.newLane.yield(lane)
            return lane
        }
    }

    /// Where a lane connects to; in a Cluster its channels that live elsewhere go to the lanes of their nodes first.
    ///
    /// - Returns: `nil` where no channel is left for it.
    private func server(for endpoint: RedisEndpoint?) async throws(RedisError) -> RedisEndpoint? {
        let lane = self.lane(for: endpoint)
        guard self.client.isCluster else { return try await self.client.route.server(of: "") }
        for channel in lane.channels {
            let owner = try await self.client.route.server(of: channel)
            guard owner != endpoint else { continue }
            lane.unsubscribe(from: channel)
            let isWanted = self.state.withLock { state in
                guard state.listeners[channel] != nil else { return false }
                state.places[channel] = owner
                return true
            }
            if isWanted { self.lane(for: owner).subscribe(to: channel) }
        }
        return lane.channels.isEmpty ? nil : endpoint
    }
}
