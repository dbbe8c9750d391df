import NIOCore

/// Write buffer and pending replies of one connection, without I/O: methods return the action to take.
///
/// Replies arrive in the order of the commands, so a command's bytes and its pending reply are enqueued together.
struct ConnectionState {
    enum Admission {
        /// A flush is scheduled already.
        case queued
        /// The caller schedules a flush.
        case schedulesFlush
        case refused(RedisError)
    }

    private var outgoing = ByteBuffer()
    private var pending = CircularBuffer<PendingReply>()
    private var isFlushScheduled = false
    /// How many pending commands have not been written yet.
    private var unwritten = 0
    private var closed: RedisError?
    /// Accepts no commands, and closes when no reply is pending.
    private var isRetired = false
    private var lastDeadline = NIODeadline.now()
    private let maxPending: Int

    init(maxPending: Int) {
        self.maxPending = maxPending
    }

    var isOpen: Bool { self.closed == nil && !self.isRetired }

    /// Whether it is retired and no reply is pending.
    var isDone: Bool { self.isRetired && self.pending.isEmpty }

    /// Enqueues commands with their pending replies, or neither.
    mutating func enqueue(_ commands: ByteBuffer, _ replies: some Collection<PendingReply>) -> Admission {
        if let closed = self.closed { return .refused(closed) }
        guard !self.isRetired else { return .refused(RedisError(.unavailable, "The connection to Redis is closing.")) }
        guard self.pending.count + replies.count <= self.maxPending else {
            return .refused(RedisError(.tooManyPending, "\(self.maxPending) commands are waiting for replies."))
        }
        self.outgoing.writeImmutableBuffer(commands)
        self.pending.append(contentsOf: replies)
        self.unwritten += replies.count
        if let last = self.pending.last { self.lastDeadline = last.deadline }
        guard !self.isFlushScheduled else { return .queued }
        self.isFlushScheduled = true
        return .schedulesFlush
    }

    mutating func flush() -> ByteBuffer {
        self.isFlushScheduled = false
        self.unwritten = 0
        let bytes = self.outgoing
        self.outgoing = ByteBuffer()
        return bytes
    }

    /// Removes the next pending replies; `nil` if fewer commands were written.
    mutating func next(_ count: Int) -> [PendingReply]? {
        guard count <= self.pending.count - self.unwritten else { return nil }
        let replies = Array(self.pending.prefix(count))  // bounded: a list
        self.pending.removeFirst(count)
        return replies
    }

    /// Whether the next reply is late.
    func isLate(at now: NIODeadline) -> Bool {
        self.pending.first.map { $0.deadline <= now } ?? false
    }

    /// Whether no reply is pending, and the last command's deadline was earlier.
    func isIdle(since deadline: NIODeadline) -> Bool {
        self.closed == nil && self.pending.isEmpty && self.lastDeadline < deadline
    }

    /// Accepts no further commands; pending replies may still arrive.
    mutating func retire() {
        self.isRetired = true
    }

    /// Accepts no further commands; returns the pending replies for the caller to fail.
    mutating func close(_ error: RedisError) -> [PendingReply] {
        guard self.closed == nil else { return [] }
        self.closed = RedisError(.unavailable, "The connection to Redis is closed.", cause: error)
        let waiting = Array(self.pending)
        self.pending.removeAll()
        self.outgoing = ByteBuffer()
        return waiting
    }
}
