import Logging
import NIOCore
import Synchronization

/// Some channels, listened to over one connection that is opened anew whenever it ends.
final class SubscriptionLane: Sendable {
    private struct State {
        var channels: Set<String> = []
        /// Those that the server has said it listens to, on the connection that is open.
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
    ///   - server: where the channels live now, `nil` where none is left; asked before every connection.
    ///   - receive: told of everything, on an event loop.
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

    /// Whether a channel is listened to at this moment.
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

    /// Ends the connection, so that the server is asked for anew.
    func reconnect() {
        self.state.withLock { $0.connection }?.close()
    }

    private func attempt(_ connection: PushConnection?, _ body: (PushConnection) throws(RedisError) -> Void) {
        guard let connection else { return }
        do throws(RedisError) {
            try body(connection)
        } catch {
            self.logger.warning("A subscription could not be changed", metadata: ["error": "\(error)"])
            connection.close()
        }
    }

    /// Listens until it is cancelled.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            guard !self.channels.isEmpty else {
                // Nothing to listen to; whoever wants something is heard soon.
                guard await Self.rest(.milliseconds(20)) else { return }
                continue
            }
            do throws(RedisError) {
                guard let connection = try await self.open() else { continue }
                failures = 0
                await self.use(connection)
                if let problem = connection.problem, !Task.isCancelled {
                    self.logger.warning("A subscription was interrupted", metadata: ["error": "\(problem)"])
                }
            } catch {
                failures += 1
                if failures == 1 || failures.isMultiple(of: 60) {
                    self.logger.error("Nothing can be subscribed to", metadata: ["error": "\(error)"])
                }
            }
            guard await Self.rest(Backoff.delay(after: failures)) else { return }
        }
    }

    /// Waits; gives `false` when it was cancelled.
    private static func rest(_ time: Duration) async -> Bool {
        do {
            try await Task.sleep(for: time)
            return true
        } catch {
            return false
        }
    }

    private func open() async throws(RedisError) -> PushConnection? {
        guard let endpoint = try await self.server() else { return nil }
        let greeting = self.connector.greeting
        let receive: @Sendable (PushConnection.Event) -> Void = { [weak self] event in self?.received(event) }
        let (kind, timeout, idle) = (self.kind, self.connector.commandTimeout, self.connector.idleTimeout)
        let connection = try await self.connector.open(endpoint, on: self.eventLoop) { channel in
            PushConnection(
                channel: channel,
                kind: kind,
                greetings: greeting.count,
                timeout: timeout,
                idleTimeout: idle,
                receive: receive
            )
        }
        do throws(RedisError) {
            for command in greeting { try connection.send(command) }
            let channels = self.state.withLock { state in
                state.connection = connection
                state.confirmed = []
                return state.channels
            }
            // In a Cluster the channels of one command must live in one slot.
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
                try await connection.ended.get()
            } catch {
                self.logger.debug("A subscription's connection broke", metadata: ["error": "\(error)"])
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
