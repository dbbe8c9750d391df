import Redis
import Synchronization

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
    private let state = Mutex((listening: 0, messages: [String]()))
    private let task: Mutex<Task<Void, Never>?>

    init(_ stream: AsyncStream<RedisPush>) {
        self.task = Mutex(nil)
        let task = Task { [weak self] in
            for await push in stream {
                guard let self else { return }
                self.state.withLock { state in
                    switch push {
                    case .listening: state.listening += 1
                    case .message(_, let payload): state.messages.append(String(decoding: payload, as: UTF8.self))
                    }
                }
            }
        }
        self.task.withLock { $0 = task }
    }

    deinit { self.task.withLock { $0?.cancel() } }

    var timesListening: Int { self.state.withLock { $0.listening } }
    var messages: [String] { self.state.withLock { $0.messages } }

    func stop() { self.task.withLock { $0?.cancel() } }

    func awaitListening(_ times: Int) async throws {
        for _ in 0..<1000 where self.timesListening < times { try await Task.sleep(for: .milliseconds(10)) }
        guard self.timesListening >= times else { throw NotInTime(what: "listening \(times) times") }
    }

    func awaitMessage(_ text: String) async throws {
        guard try await self.hasMessage(text, within: .seconds(10)) else { throw NotInTime(what: "message \(text)") }
    }

    func hasMessage(_ text: String, within time: Duration) async throws -> Bool {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            if self.messages.contains(text) { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return self.messages.contains(text)
    }
}
