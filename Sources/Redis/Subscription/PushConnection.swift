import NIOCore
import Synchronization

/// A connection in subscribed mode.
///
/// Channels are added and removed while it is open; the replies arrive among the messages.
final class PushConnection: ReplyReceiver {
    enum Event: Sendable {
        case subscribed(String)
        /// The server ended the subscription: the channel's slot has moved.
        case moved(String)
        case message(channel: String, payload: [UInt8])
    }

    private struct State {
        /// Handshake commands whose reply has not arrived.
        var handshakeReplies: Int
        var error: RedisError?
        var isAwaitingPong = false
        var lastReceived = NIODeadline.now()
        /// How many UNSUBSCRIBE of a channel have not been confirmed; it may be subscribed again meanwhile.
        var unsubscribing: [String: Int] = [:]
    }

    private let channel: any Channel
    private let kind: SubscriptionKind
    private let timeout: TimeAmount
    /// Idle time after which a PING is sent.
    private let idleTimeout: TimeAmount
    private let state: Mutex<State>
    private let receive: @Sendable (Event) -> Void

    init(
        channel: any Channel,
        kind: SubscriptionKind,
        handshakeReplies: Int,
        timeout: Duration,
        idleTimeout: Duration,
        receive: @escaping @Sendable (Event) -> Void
    ) {
        self.channel = channel
        self.kind = kind
        self.timeout = TimeAmount(timeout)
        // Only a PING detects a dead peer: messages are not replies to commands.
        self.idleTimeout = TimeAmount(min(idleTimeout, .seconds(10)))
        self.state = Mutex(State(handshakeReplies: handshakeReplies))
        self.receive = receive
    }

    var closeFuture: EventLoopFuture<Void> { self.channel.closeFuture }

    /// Why it closed, if known.
    var problem: RedisError? { self.state.withLock { $0.error } }

    func send(_ command: [String]) throws(RedisError) {
        var buffer = ByteBuffer()
        try CommandEncoder.encode(command, into: &buffer)
        // A failed write closes the connection.
        self.channel.writeAndFlush(buffer, promise: nil)
    }

    func subscribe(to channel: String) throws(RedisError) {
        try self.send([self.kind.subscribe, channel])
    }

    func unsubscribe(from channel: String) throws(RedisError) {
        self.state.withLock { $0.unsubscribing[channel, default: 0] += 1 }
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
        let isHandshake = self.state.withLock { state in
            state.lastReceived = .now()
            state.isAwaitingPong = false
            guard state.handshakeReplies > 0 else { return false }
            state.handshakeReplies -= 1
            return true
        }
        if case .error(let text) = value {
            let error = RedisError(reply: text)
            if isHandshake, error.word == "NOPERM" { return }
            throw error
        }
        guard !isHandshake, let elements = value.elements, let word = elements.first?.text else { return }
        switch word {
        case "message", "smessage":
            guard elements.count == 3, let name = elements[1].text, case .bytes(let payload) = elements[2] else {
                throw RedisError(.protocolError, "Received a message without a channel or payload.")
            }
            self.receive(.message(channel: name, payload: payload))
        case "subscribe", "ssubscribe":
            if elements.count > 1, let name = elements[1].text { self.receive(.subscribed(name)) }
        case "unsubscribe", "sunsubscribe":
            guard elements.count > 1, let name = elements[1].text else { return }
            if !self.isExpected(name) { self.receive(.moved(name)) }
        default: break
        }
    }

    /// Whether the end of a subscription confirms an UNSUBSCRIBE.
    private func isExpected(_ channel: String) -> Bool {
        self.state.withLock { state in
            guard let count = state.unsubscribing[channel] else { return false }
            state.unsubscribing[channel] = count > 1 ? count - 1 : nil
            return true
        }
    }

    func checkDeadline() {
        let now = NIODeadline.now()
        let (sendsPing, isLate) = self.state.withLock { state -> (Bool, Bool) in
            if state.isAwaitingPong { return (false, state.lastReceived + self.idleTimeout + self.timeout < now) }
            guard state.lastReceived + self.idleTimeout < now else { return (false, false) }
            state.isAwaitingPong = true
            return (true, false)
        }
        if sendsPing { self.channel.writeAndFlush(ByteBuffer(string: "*1\r\n$4\r\nPING\r\n"), promise: nil) }
        if isLate {
            self.fail(RedisError(.timedOut, "No reply to PING in time."))
            self.close()
        }
    }

    func fail(_ error: RedisError) {
        self.state.withLock { $0.error = $0.error ?? error }
    }
}
