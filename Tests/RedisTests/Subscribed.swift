import Redis

/// Lends a running subscriber.
enum Subscribed {
    static func withSubscriber(
        _ client: RedisClient,
        _ body: @Sendable (RedisSubscriber) async throws -> Void
    ) async throws {
        let subscriber = RedisSubscriber(client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await subscriber.run() }
            defer { group.cancelAll() }
            try await body(subscriber)
        }
    }
}

/// Collects the messages of a channel.
final class Listener: Sendable {
    private struct Received {
        var timesListening = 0
        var messages: [String] = []
    }

    private let received: Observed<Received>
    private let task: Task<Void, Never>

    init(_ stream: AsyncStream<RedisPush>) {
        let received = Observed(Received())
        self.received = received
        self.task = Task {
            for await push in stream {
                received.update { received in
                    switch push {
                    case .listening: received.timesListening += 1
                    case .message(_, let payload): received.messages.append(String(decoding: payload, as: UTF8.self))
                    }
                }
            }
        }
    }

    deinit { self.task.cancel() }

    var timesListening: Int { self.received.value.timesListening }
    var messages: [String] { self.received.value.messages }

    func stop() { self.task.cancel() }

    func awaitListening(_ times: Int) async throws {
        try await self.received.await("listening \(times) times") { $0.timesListening >= times }
    }

    func awaitMessage(_ text: String) async throws {
        try await self.received.await("message \(text)") { $0.messages.contains(text) }
    }

    func hasMessage(_ text: String, within time: Duration) async throws -> Bool {
        try await self.received.holds(within: time) { $0.messages.contains(text) }
    }
}
