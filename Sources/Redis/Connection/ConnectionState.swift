import NIOCore

/// What is on its way over one connection; does nothing itself and says what to do.
///
/// Replies come in the order of the commands, so a command's bytes and its place in the line are taken together.
struct ConnectionState {
    /// What to do with a command.
    enum Admission {
        /// It is written with others that are about to be.
        case queued
        /// It is the first of a new write, which is to be scheduled.
        case schedulesFlush
        /// It was not taken.
        case refused(RedisError)
    }

    private var outgoing = ByteBuffer()
    private var pending = CircularBuffer<PendingReply>()
    private var isFlushScheduled = false
    /// How many of those who wait have not been written yet.
    private var unwritten = 0
    private var closed: RedisError?
    /// Ends when nobody waits any more.
    private var isRetired = false
    private var lastDeadline = NIODeadline.now()
    private let maxPending: Int

    init(maxPending: Int) {
        self.maxPending = maxPending
    }

    var isOpen: Bool { self.closed == nil && !self.isRetired }

    /// Whether it was to end when nobody waits any more, and nobody does.
    var isDone: Bool { self.isRetired && self.pending.isEmpty }

    /// Takes commands and their places in the line, or neither.
    mutating func take(_ commands: ByteBuffer, _ replies: some Collection<PendingReply>) -> Admission {
        if let closed = self.closed { return .refused(closed) }
        guard !self.isRetired else { return .refused(RedisError(.unavailable, "The connection to Redis is ending.")) }
        guard self.pending.count + replies.count <= self.maxPending else {
            return .refused(RedisError(.tooManyPending, "\(self.maxPending) commands wait for replies already."))
        }
        self.outgoing.writeImmutableBuffer(commands)
        self.pending.append(contentsOf: replies)
        self.unwritten += replies.count
        if let last = self.pending.last { self.lastDeadline = last.deadline }
        guard !self.isFlushScheduled else { return .queued }
        self.isFlushScheduled = true
        return .schedulesFlush
    }

    /// Everything that is to be written now.
    mutating func flush() -> ByteBuffer {
        self.isFlushScheduled = false
        self.unwritten = 0
        let bytes = self.outgoing
        self.outgoing = ByteBuffer()
        return bytes
    }

    /// Who waits for the next replies; `nil` when there are more replies than commands that were written.
    mutating func next(_ count: Int) -> [PendingReply]? {
        guard count <= self.pending.count - self.unwritten else { return nil }
        let replies = Array(self.pending.prefix(count))
        self.pending.removeFirst(count)
        return replies
    }

    /// Whether the reply that must come next is late.
    func isLate(at now: NIODeadline) -> Bool {
        self.pending.first.map { $0.deadline <= now } ?? false
    }

    /// Whether nothing is under way, and nothing was sent whose time would have run out later than that.
    func isIdle(since deadline: NIODeadline) -> Bool {
        self.closed == nil && self.pending.isEmpty && self.lastDeadline < deadline
    }

    /// Takes nothing any more; those who wait may get their replies.
    mutating func retire() {
        self.isRetired = true
    }

    /// Takes nothing any more; gives all who still wait.
    mutating func close(_ error: RedisError) -> [PendingReply] {
        guard self.closed == nil else { return [] }
        self.closed = RedisError(.unavailable, "The connection to Redis is closed.", cause: error)
        let waiting = Array(self.pending)
        self.pending.removeAll()
        self.outgoing = ByteBuffer()
        return waiting
    }
}
