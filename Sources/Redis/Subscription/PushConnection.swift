import NIOCore
import Synchronization

/// One connection that only listens.
///
/// Channels are added and dropped while it is open; replies to that come among the messages.
final class PushConnection: ReplyReceiver {
    /// What comes over it.
    enum Event: Sendable {
        /// A channel is listened to from here on.
        case subscribed(String)
        /// The server has ended the subscription by itself: the channel lives elsewhere now.
        case moved(String)
        case message(channel: String, payload: [UInt8])
    }

    private struct State {
        /// Commands that will be answered by one reply each, before anything is subscribed.
        var greetings: Int
        var error: RedisError?
        var isWaitingForLife = false
        var lastHeard = NIODeadline.now()
        var dropped: Set<String> = []
    }

    private let channel: any Channel
    private let kind: SubscriptionKind
    private let timeout: TimeAmount
    /// Silence after which the server is asked for a sign of life.
    private let patience: TimeAmount
    private let state: Mutex<State>
    private let receive: @Sendable (Event) -> Void

    init(
        channel: any Channel,
        kind: SubscriptionKind,
        greetings: Int,
        timeout: Duration,
        idleTimeout: Duration,
        receive: @escaping @Sendable (Event) -> Void
    ) {
        self.channel = channel
        self.kind = kind
        self.timeout = TimeAmount(timeout)
        // Nothing else would show that nobody is there: messages are not asked for.
        self.patience = TimeAmount(min(idleTimeout, .seconds(10)))
        self.state = Mutex(State(greetings: greetings))
        self.receive = receive
    }

    /// Done when the connection has ended.
    var ended: EventLoopFuture<Void> { self.channel.closeFuture }

    /// Why it ended, where that is known.
    var problem: RedisError? { self.state.withLock { $0.error } }

    func send(_ command: [String]) throws(RedisError) {
        var buffer = ByteBuffer()
        try CommandEncoder.encode(command, into: &buffer)
        // A write that fails ends the connection.
        self.channel.writeAndFlush(buffer, promise: nil)
    }

    func subscribe(to channel: String) throws(RedisError) {
        _ = self.state.withLock { $0.dropped.remove(channel) }
        try self.send([self.kind.subscribe, channel])
    }

    func unsubscribe(from channel: String) throws(RedisError) {
        _ = self.state.withLock { $0.dropped.insert(channel) }
        try self.send([self.kind.unsubscribe, channel])
    }

    func close() {
        self.channel.close(mode: .all, promise: nil)
    }

    // MARK: Called on the event loop

    func received(_ values: [RedisValue]) throws(RedisError) {
        for value in values { try self.received(value) }
    }

    private func received(_ value: RedisValue) throws(RedisError) {
        let isGreeting = self.state.withLock { state in
            state.lastHeard = .now()
            state.isWaitingForLife = false
            guard state.greetings > 0 else { return false }
            state.greetings -= 1
            return true
        }
        if case .error(let text) = value {
            let error = RedisError(reply: text)
            if isGreeting, error.word == "NOPERM" { return }
            throw error
        }
        guard !isGreeting, let elements = value.elements, let word = elements.first?.text else { return }
        switch word {
        case "message", "smessage":
            guard elements.count == 3, let name = elements[1].text, case .bytes(let payload) = elements[2] else {
                throw RedisError(.protocolError, "A message without a channel or a payload came.")
            }
            self.receive(.message(channel: name, payload: payload))
        case "subscribe", "ssubscribe":
            if elements.count > 1, let name = elements[1].text { self.receive(.subscribed(name)) }
        case "unsubscribe", "sunsubscribe":
            guard elements.count > 1, let name = elements[1].text else { return }
            if self.state.withLock({ $0.dropped.remove(name) }) == nil { self.receive(.moved(name)) }
        default: break
        }
    }

    func checkDeadline() {
        let now = NIODeadline.now()
        let (asks, isLate) = self.state.withLock { state -> (Bool, Bool) in
            if state.isWaitingForLife { return (false, state.lastHeard + self.patience + self.timeout < now) }
            guard state.lastHeard + self.patience < now else { return (false, false) }
            state.isWaitingForLife = true
            return (true, false)
        }
        if asks { self.channel.writeAndFlush(ByteBuffer(string: "*1\r\n$4\r\nPING\r\n"), promise: nil) }
        if isLate {
            self.fail(RedisError(.timedOut, "Redis gave no sign of life in time."))
            self.close()
        }
    }

    func fail(_ error: RedisError) {
        self.state.withLock { $0.error = $0.error ?? error }
    }
}
