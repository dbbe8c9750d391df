import Logging
import NIOCore
import Synchronization

/// Subscribed channels of one connection, which is reopened whenever it closes.
final class SubscriptionConnection: Sendable {
    private struct State {
        var channels: Set<String> = []
        /// Channels whose subscription the server confirmed on the open connection.
        var confirmed: Set<String> = []
        var connection: PushConnection?
    }

    private let kind: SubscriptionKind
    private let connector: Connector
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let server: @Sendable () async throws(RedisError) -> RedisEndpoint?
    private let receive: @Sendable (RedisPush) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - server: resolves the current server, or `nil` if no channel is left; called before every connection attempt.
    ///   - receive: called on an event loop.
    init(
        _ kind: SubscriptionKind,
        connector: Connector,
        eventLoop: any EventLoop,
        logger: Logger,
        server: @escaping @Sendable () async throws(RedisError) -> RedisEndpoint?,
        receive: @escaping @Sendable (RedisPush) -> Void
    ) {
        self.kind = kind
        self.connector = connector
        self.eventLoop = eventLoop
        self.logger = logger
        self.server = server
        self.receive = receive
    }

    /// Whether the server has confirmed the subscription.
    func isListening(to channel: String) -> Bool { self.state.withLock { $0.confirmed.contains(channel) } }

    var channels: Set<String> { self.state.withLock { $0.channels } }

    func subscribe(to channel: String) {
        let connection = self.state.withLock { state -> PushConnection? in
            state.channels.insert(channel).inserted ? state.connection : nil
        }
        self.attempt(connection) { connection throws(RedisError) in try connection.subscribe(to: channel) }
    }

    func unsubscribe(from channel: String) {
        let connection = self.state.withLock { state -> PushConnection? in
            state.confirmed.remove(channel)
            return state.channels.remove(channel) == nil ? nil : state.connection
        }
        self.attempt(connection) { connection throws(RedisError) in try connection.unsubscribe(from: channel) }
    }

    /// Closes the connection, so that the server is resolved again.
    func reconnect() {
        self.state.withLock { $0.connection }?.close()
    }

    private func attempt(_ connection: PushConnection?, _ body: (PushConnection) throws(RedisError) -> Void) {
        guard let connection else { return }
        do throws(RedisError) {
            try body(connection)
        } catch {
            self.logger.warning("Cannot change a subscription", metadata: ["error": "\(error)"])
            connection.close()
        }
    }

    /// Runs until cancellation.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            guard !self.channels.isEmpty else {
                // Polls for the next channel.
                guard await Self.pause(.milliseconds(20)) else { return }
                continue
            }
            do throws(RedisError) {
                guard let connection = try await self.open() else { continue }
                failures = 0
                await self.use(connection)
                if let problem = connection.problem, !Task.isCancelled {
                    self.logger.warning("Subscription interrupted", metadata: ["error": "\(problem)"])
                }
            } catch {
                failures += 1
                if failures == 1 || failures.isMultiple(of: 60) {
                    self.logger.error("Cannot subscribe", metadata: ["error": "\(error)"])
                }
            }
            guard await Self.pause(Backoff.delay(after: failures)) else { return }
        }
    }

    /// - Returns: `false` on cancellation.
    private static func pause(_ time: Duration) async -> Bool {
        do {
            try await Task.sleep(for: time)
            return true
        } catch {
            return false
        }
    }

    private func open() async throws(RedisError) -> PushConnection? {
        guard let endpoint = try await self.server() else { return nil }
        let handshake = self.connector.handshake
        let receive: @Sendable (PushConnection.Event) -> Void = { [weak self] event in self?.received(event) }
        let (kind, timeout, idle) = (self.kind, self.connector.commandTimeout, self.connector.idleTimeout)
        let connection = try await self.connector.open(endpoint, on: self.eventLoop) { channel in
            PushConnection(
                channel: channel,
                kind: kind,
                handshakeReplies: handshake.count,
                timeout: timeout,
                idleTimeout: idle,
                receive: receive
            )
        }
        do throws(RedisError) {
            for command in handshake { try connection.send(command) }
            let channels = self.state.withLock { state in
                state.connection = connection
                state.confirmed = []
                return state.channels
            }
            // In a Cluster all channels of one command must be in one slot.
            for channel in channels { try connection.subscribe(to: channel) }
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    private func use(_ connection: PushConnection) async {
        await withTaskCancellationHandler {
            do {
                try await connection.closeFuture.get()
            } catch {
                self.logger.debug("Subscription connection failed", metadata: ["error": "\(error)"])
            }
        } onCancel: {
            connection.close()
        }
        self.state.withLock { state in
            state.connection = nil
            state.confirmed = []
        }
    }

    private func received(_ event: PushConnection.Event) {
        switch event {
        case .subscribed(let channel):
            let isWanted = self.state.withLock { state in
                guard state.channels.contains(channel) else { return false }
                state.confirmed.insert(channel)
                return true
            }
            if isWanted { self.receive(.listening(channel: channel)) }
        case .moved: self.reconnect()
        case .message(let channel, let payload): self.receive(.message(channel: channel, payload: payload))
        }
    }
}
