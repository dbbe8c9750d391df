import NIOCore
import Synchronization

/// One connection, shared by the commands of many tasks.
///
/// A command is only appended to what is written next; the first one schedules the write, which takes along whatever
/// has gathered until its event loop comes to it.
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

    /// Done when the connection has ended.
    var ended: EventLoopFuture<Void> { self.channel.closeFuture }

    /// Whether it takes commands; it may end at any time.
    var isOpen: Bool { self.state.withLock { $0.isOpen } }

    /// Sends a command and waits for its reply; an error that Redis answers with is a value here.
    func send(_ command: ByteBuffer) async -> PendingReply.Outcome {
        let deadline = NIODeadline.now() + self.timeout
        return await withCheckedContinuation { continuation in
            let reply = PendingReply(receiver: .task(continuation), deadline: deadline)
            self.enqueue(command, CollectionOfOne(reply))
        }
    }

    /// Sends commands one after the other, with nobody else's in between, and waits for all replies.
    ///
    /// - Parameter commands: the bytes of all commands, at least one.
    func send(_ commands: ByteBuffer, count: Int) async -> [PendingReply.Outcome] {
        let deadline = NIODeadline.now() + self.timeout
        return await withCheckedContinuation { continuation in
            let batch = ReplyBatch(count: count, continuation: continuation)
            self.enqueue(
                commands,
                (0..<count).map { PendingReply(receiver: .batch(batch, place: $0), deadline: deadline) }
            )
        }
    }

    private func enqueue(_ commands: ByteBuffer, _ replies: some Collection<PendingReply>) {
        switch self.state.withLock({ $0.take(commands, replies) }) {
        case .queued: break
        case .schedulesFlush: self.eventLoop.execute { self.flush() }
        case .refused(let error):
            for reply in replies { reply.complete(.failure(error)) }
        }
    }

    func close() {
        self.channel.close(mode: .all, promise: nil)
    }

    /// Ends the connection once all who wait have their replies, or one of these is late.
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
        // A write that fails ends the connection, and whoever waits is told then.
        self.channel.writeAndFlush(bytes, promise: nil)
    }

    // MARK: Called on the event loop

    /// Hands replies to those who wait for them.
    ///
    /// More replies than commands that have been sent mean that no reply can be told to be whose: all are lost then, and
    /// none may go to a command that comes meanwhile.
    func received(_ values: [RedisValue]) throws(RedisError) {
        guard let replies = self.state.withLock({ $0.next(values.count) }) else {
            throw RedisError(.protocolError, "A reply came that nobody asked for.")
        }
        for (reply, value) in zip(replies, values) { reply.complete(.success(value)) }
        if self.state.withLock({ $0.isDone }) { self.close() }
        guard let metrics = self.metrics else { return }
        let now = NIODeadline.now()
        for reply in replies { metrics.answered(after: now - reply.deadline + self.timeout) }
    }

    /// Ends the connection when a reply is late: those behind it could not be told apart any more.
    ///
    /// One that has been silent for long is asked for a sign of life: its other end may be gone without a word.
    func checkDeadline() {
        let now = NIODeadline.now()
        if self.state.withLock({ $0.isIdle(since: now + self.timeout - self.idleTimeout) }) {
            self.enqueue(Self.ping, CollectionOfOne(PendingReply(receiver: .nobody, deadline: now + self.timeout)))
            return
        }
        guard self.state.withLock({ $0.isLate(at: now) }) else { return }
        self.fail(RedisError(.timedOut, "Redis gave no reply in time."), lateAt: now)
        self.close()
    }

    private static let ping = ByteBuffer(string: "*1\r\n$4\r\nPING\r\n")

    /// Tells all who wait that there will be no reply.
    func fail(_ error: RedisError) {
        self.fail(error, lateAt: nil)
    }

    private func fail(_ error: RedisError, lateAt now: NIODeadline?) {
        for reply in self.state.withLock({ $0.close(error) }) {
            if let now, reply.deadline > now {
                let other = RedisError(.connectionClosed, "An earlier command got no reply in time.", cause: error)
                reply.complete(.failure(other))
            } else {
                reply.complete(.failure(error))
            }
        }
    }
}
