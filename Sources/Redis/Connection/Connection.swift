import NIOCore
import Synchronization

/// One connection, shared by the commands of many tasks.
///
/// A command is appended to the write buffer; the first one schedules the flush, which writes everything buffered
/// before the event loop runs it.
final class Connection: ReplyReceiver {
    let eventLoop: any EventLoop
    private let channel: any Channel
    private let state: Mutex<ConnectionState>
    private let timeout: TimeAmount
    private let idleTimeout: TimeAmount
    private let metrics: RedisMetrics?

    init(
        channel: any Channel,
        maxPending: Int,
        timeout: Duration,
        idleTimeout: Duration,
        metrics: RedisMetrics?
    ) {
        self.metrics = metrics
        self.channel = channel
        self.eventLoop = channel.eventLoop
        self.state = Mutex(ConnectionState(maxPending: maxPending))
        self.timeout = TimeAmount(timeout)
        self.idleTimeout = TimeAmount(idleTimeout)
    }

    var closeFuture: EventLoopFuture<Void> { self.channel.closeFuture }

    /// Whether it accepts commands; it may close at any time.
    var isOpen: Bool { self.state.withLock { $0.isOpen } }

    /// Sends one command; an error reply is a value.
    func send(_ command: ByteBuffer) async -> PendingReply.Outcome {
        let deadline = NIODeadline.now() + self.timeout
        return await withCheckedContinuation { continuation in
            let reply = PendingReply(receiver: .task(continuation), deadline: deadline)
            self.enqueue(command, CollectionOfOne(reply))
        }
    }

    /// Sends commands contiguously and waits for all replies.
    ///
    /// - Parameter commands: the encoded commands, at least one.
    func send(_ commands: ByteBuffer, count: Int) async -> [PendingReply.Outcome] {
        let deadline = NIODeadline.now() + self.timeout
        return await withCheckedContinuation { continuation in
            let batch = ReplyBatch(count: count, continuation: continuation)
            self.enqueue(
                commands,
                (0..<count).map { PendingReply(receiver: .batch(batch, index: $0), deadline: deadline) }
            )
        }
    }

    private func enqueue(_ commands: ByteBuffer, _ replies: some Collection<PendingReply>) {
        switch self.state.withLock({ $0.enqueue(commands, replies) }) {
        case .queued: break
        case .schedulesFlush: self.eventLoop.execute { self.flush() }
        case .refused(let error):
            for reply in replies { reply.complete(.failure(error)) }
        }
    }

    func close() {
        self.channel.close(mode: .all, promise: nil)
    }

    /// Closes the connection once no reply is pending, or one is late.
    func retire() {
        let isDone = self.state.withLock { state in
            state.retire()
            return state.isDone
        }
        if isDone { self.close() }
    }

    private func flush() {
        let bytes = self.state.withLock { $0.flush() }
        guard bytes.readableBytes > 0 else { return }
        // A failed write closes the connection, which fails the pending replies.
        self.channel.writeAndFlush(bytes, promise: nil)
    }

    // MARK: Called on the event loop

    /// Resumes the tasks that wait for these replies.
    ///
    /// With more replies than sent commands, replies cannot be matched to commands any more: all pending ones fail, and
    /// none may be matched to a command sent in the meantime.
    func received(_ values: [RedisValue]) throws(RedisError) {
        guard let replies = self.state.withLock({ $0.next(values.count) }) else {
            throw RedisError(.protocolError, "Received a reply without a command.")
        }
        for (reply, value) in zip(replies, values) { reply.complete(.success(value)) }
        if self.state.withLock({ $0.isDone }) { self.close() }
        guard let metrics = self.metrics else { return }
        let now = NIODeadline.now()
        for reply in replies { metrics.replied(after: now - reply.deadline + self.timeout) }
    }

    /// Closes the connection when a reply is late: replies behind it could not be matched any more.
    ///
    /// Sends a PING on an idle connection, to detect a peer that is gone without closing it.
    func checkDeadline() {
        let now = NIODeadline.now()
        if self.state.withLock({ $0.isIdle(since: now + self.timeout - self.idleTimeout) }) {
            self.enqueue(Self.ping, CollectionOfOne(PendingReply(receiver: .none, deadline: now + self.timeout)))
            return
        }
        guard self.state.withLock({ $0.isLate(at: now) }) else { return }
        self.fail(RedisError(.timedOut, "No reply from Redis in time."), lateAt: now)
        self.close()
    }

    private static let ping = ByteBuffer(string: "*1\r\n$4\r\nPING\r\n")

    func fail(_ error: RedisError) {
        self.fail(error, lateAt: nil)
    }

    private func fail(_ error: RedisError, lateAt now: NIODeadline?) {
        for reply in self.state.withLock({ $0.close(error) }) {
            if let now, reply.deadline > now {
                let other = RedisError(.connectionClosed, "An earlier command timed out.", cause: error)
                reply.complete(.failure(other))
            } else {
                reply.complete(.failure(error))
            }
        }
    }
}
