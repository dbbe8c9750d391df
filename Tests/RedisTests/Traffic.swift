import Redis
import Synchronization
import Testing

/// Outcomes of commands that many tasks sent during a fault.
struct Traffic: CustomStringConvertible {
    /// Replies with unexpected content.
    var wrong = 0
    var answered = 0
    /// Failed commands by error code.
    var failed: [String: Int] = [:]
    /// The longest interval without a reply.
    var longestOutage = Duration.zero
    /// The longest duration of a command, successful or not.
    var longestWait = Duration.zero
    /// From the end of the fault to the last failed command.
    var recovery = Duration.zero

    var sent: Int { self.answered + self.failed.values.reduce(0, +) }

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
    /// Every reply must contain the key and text of its command. Delayed commands are caught up.
    static func run(
        _ client: RedisClient,
        requests: Int,
        over time: Duration,
        tasks: Int = 8,
        during fault: @escaping @Sendable () async throws -> Void
    ) async throws -> Traffic {
        let clock = ContinuousClock()
        let ledger = Ledger()
        let (share, start) = (requests / tasks, clock.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while ledger.traffic.sent < requests / 10 { try await Task.sleep(for: .milliseconds(1)) }
                try await fault()
                ledger.noteEndOfFault()
            }
            for task in 0..<tasks {
                group.addTask {
                    for number in 0..<share {
                        try await clock.sleep(until: start + time * number / share)
                        let text = "\(task)-\(number)"
                        let begin = clock.now
                        let script = ["EVAL", "return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}", "1"]
                        let key = "traffic:\(task)-\(number % Self.keysOfTask)"
                        let outcome = await Self.outcome(client, script + [key, text])
                        ledger.note(outcome, key: key, text: text, since: begin)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(ledger.traffic.sent == requests)
        return ledger.traffic
    }

    private static func outcome(_ client: RedisClient, _ command: [String]) async -> Result<RedisValue, RedisError> {
        do throws(RedisError) {
            return .success(try await client.send(command))
        } catch {
            return .failure(error)
        }
    }
}

private final class Ledger: Sendable {
    private struct State {
        var traffic = Traffic()
        var lastAnswer = ContinuousClock.now
        var lastFailure: ContinuousClock.Instant?
        var endOfFault: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    var traffic: Traffic {
        self.state.withLock { state in
            var traffic = state.traffic
            if let failure = state.lastFailure, let end = state.endOfFault, end < failure {
                traffic.recovery = end.duration(to: failure)
            }
            return traffic
        }
    }

    func noteEndOfFault() {
        self.state.withLock { $0.endOfFault = .now }
    }

    func note(
        _ outcome: Result<RedisValue, RedisError>,
        key: String,
        text: String,
        since start: ContinuousClock.Instant
    ) {
        let now = ContinuousClock.now
        self.state.withLock { state in
            state.traffic.longestWait = max(state.traffic.longestWait, start.duration(to: now))
            switch outcome {
            case .success(let value):
                let words = value.elements ?? []
                let isRight = words.count == 3 && words[0].text == key && words[1].text == text
                state.traffic.answered += 1
                if !isRight { state.traffic.wrong += 1 }
                state.traffic.longestOutage = max(state.traffic.longestOutage, state.lastAnswer.duration(to: now))
                state.lastAnswer = now
            case .failure(let error):
                state.traffic.failed[error.code.rawValue, default: 0] += 1
                state.lastFailure = now
            }
        }
    }
}

/// A condition was not met in time.
struct NotInTime: Error {
    let what: String
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
