import Redis
import Testing

/// Outcomes of commands that many tasks sent during a fault.
struct Traffic: CustomStringConvertible, Sendable {
    /// Within this time a command is answered or fails, and a fault is recovered from, on any machine.
    static let patience = Observed<Traffic>.patience

    /// Replies with unexpected content.
    private(set) var wrong = 0
    private(set) var answered = 0
    /// Failed commands by error code.
    private(set) var failed: [String: Int] = [:]
    /// The longest interval without a reply.
    private(set) var longestOutage = Duration.zero
    /// The longest duration of a command, successful or not.
    private(set) var longestWait = Duration.zero
    /// Replies since the last failure, to commands sent after the fault.
    private var answeredInARow = 0
    private var lastAnswer = ContinuousClock.now
    private var lastFailure: ContinuousClock.Instant?
    private var endOfFault: ContinuousClock.Instant?

    var sent: Int { self.answered + self.failed.values.reduce(0, +) }

    /// From the end of the fault to the last failed command.
    var recovery: Duration {
        guard let failure = self.lastFailure, let end = self.endOfFault else { return .zero }
        return max(.zero, end.duration(to: failure))
    }

    /// Failed commands that may have run.
    var unknown: Int {
        let known: Set = [RedisError.Code.unavailable.rawValue, RedisError.Code.tooManyPending.rawValue]
        return self.failed.filter { !known.contains($0.key) }.values.reduce(0, +)
    }

    var description: String {
        let failures = self.failed.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return "\(self.sent) requests: \(self.answered) answered, \(failures.isEmpty ? "none" : failures) failed, "
            + "\(self.wrong) wrong; longest wait \(self.longestWait), longest outage \(self.longestOutage), "
            + "recovered \(self.recovery) after the fault"
    }

    /// How many commands ran, counted in Redis.
    func executed(_ client: RedisClient, tasks: Int = 8) async throws -> Int {
        let keys = (0..<tasks).flatMap { task in (0..<Self.keysOfTask).map { "traffic:\(task)-\($0)" } }
        return try await client.pipeline(keys.map { ["GET", $0] }).reduce(0) { sum, reply in
            try sum + Int(reply.get().integerValue ?? 0)
        }
    }

    private static let keysOfTask = 50

    /// Sends commands at a constant rate from several tasks with separate keys, and injects a fault after a tenth.
    ///
    /// Every reply must contain the key and text of its command. Delayed commands are caught up. It ends when the fault is
    /// over and as many commands as wanted were answered, the last tenth without a failure.
    static func run(
        _ client: RedisClient,
        requests: Int,
        over time: Duration,
        tasks: Int = 8,
        during fault: @escaping @Sendable (Observed<Traffic>) async throws -> Void
    ) async throws -> Traffic {
        let traffic = Observed(Traffic())
        let (interval, start) = (time * tasks / requests, ContinuousClock.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await traffic.await("the first tenth") { $0.sent >= requests / 10 }
                try await fault(traffic)
                traffic.update { $0.endOfFault = .now }
            }
            for task in 0..<tasks {
                group.addTask {
                    var number = 0
                    while !Task.isCancelled, !traffic.value.isComplete(requests) {
                        try await ContinuousClock().sleep(until: start + interval * number)
                        await Self.send("\(task)-\(number)", "\(task)-\(number % Self.keysOfTask)", client, traffic)
                        number += 1
                    }
                }
            }
            try await group.waitForAll()
        }
        return traffic.value
    }

    private static func send(_ text: String, _ key: String, _ client: RedisClient, _ traffic: Observed<Traffic>) async {
        let (script, key) = ("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}", "traffic:\(key)")
        let begin = ContinuousClock.now
        do throws(RedisError) {
            let words = try await client.send(["EVAL", script, "1", key, text]).elements ?? []
            let isRight = words.count == 3 && words[0].text == key && words[1].text == text
            traffic.update { $0.noteReply(isRight, since: begin) }
        } catch {
            traffic.update { $0.noteFailure(error.code, since: begin) }
        }
    }

    private mutating func noteReply(_ isRight: Bool, since start: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        self.longestWait = max(self.longestWait, start.duration(to: now))
        self.longestOutage = max(self.longestOutage, self.lastAnswer.duration(to: now))
        self.lastAnswer = now
        self.answered += 1
        if !isRight { self.wrong += 1 }
        if let end = self.endOfFault, end < start { self.answeredInARow += 1 }
    }

    private mutating func noteFailure(_ code: RedisError.Code, since start: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        self.longestWait = max(self.longestWait, start.duration(to: now))
        self.lastFailure = now
        self.answeredInARow = 0
        self.failed[code.rawValue, default: 0] += 1
    }

    private func isComplete(_ requests: Int) -> Bool {
        self.recovery > Self.patience || (self.answered >= requests && self.answeredInARow >= requests / 10)
    }

    /// Expects what holds on any machine: commands do not hang, and succeed again after the fault.
    func expectRecovery(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(self.wrong == 0, sourceLocation: sourceLocation)
        #expect(self.answered > 2000, sourceLocation: sourceLocation)
        #expect(self.longestWait < Self.patience, sourceLocation: sourceLocation)
        #expect(self.recovery < Self.patience, sourceLocation: sourceLocation)
    }
}

extension RedisClient {
    /// Polls for up to 30 seconds: a Sentinel checks its servers every ten.
    func await(_ what: String, _ condition: () async throws -> Bool) async throws {
        for _ in 0..<1500 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotInTime(what: what)
    }
}
