import Redis
import Synchronization
import Testing

/// What many tasks saw that sent commands while something went wrong.
struct Traffic: CustomStringConvertible {
    /// Replies that were not what they had to be.
    var wrong = 0
    /// Commands that were answered.
    var answered = 0
    /// Commands that failed, by the code of the error.
    var failed: [String: Int] = [:]
    /// The longest time in which no command was answered.
    var longestOutage = Duration.zero
    /// The longest time that a single command took, answered or not.
    var longestWait = Duration.zero
    /// From the end of the fault to the last command that failed.
    var recovery = Duration.zero

    /// How many commands were sent.
    var sent: Int { self.answered + self.failed.values.reduce(0, +) }

    /// Commands of which nobody knows whether they ran.
    var unknown: Int {
        let known: Set = [RedisError.Code.unavailable.rawValue, RedisError.Code.tooManyPending.rawValue]
        return self.failed.filter { !known.contains($0.key) }.values.reduce(0, +)
    }

    var description: String {
        let failures = self.failed.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return "\(self.sent) requests: \(self.answered) answered, \(failures.isEmpty ? "none" : failures) failed, "
            + "\(self.wrong) wrong; longest wait \(self.longestWait), longest outage \(self.longestOutage), "
            + "well again \(self.recovery) after the fault"
    }

    /// How many commands have run, by what they left behind.
    func executed(_ client: RedisClient, tasks: Int = 8) async throws -> Int {
        let keys = (0..<tasks).flatMap { task in (0..<Self.keysOfTask).map { "traffic:\(task)-\($0)" } }
        return try await client.pipeline(keys.map { ["GET", $0] }).reduce(0) { sum, reply in
            try sum + Int(reply.get().integerValue ?? 0)
        }
    }

    private static let keysOfTask = 50

    /// Sends so many commands, evenly over a time, from several tasks, each with keys of its own, while something is done
    /// to the servers once the first tenth has come back.
    ///
    /// Every reply must name the key and the text of its own command. Commands that were held up are made up for.
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

/// What all tasks have seen so far.
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

/// That something did not come to be in time.
struct NotInTime: Error {
    let what: String
}

extension RedisClient {
    /// Asks again and again, for half a minute: a Sentinel looks at its servers every ten seconds.
    func await(_ what: String, _ condition: () async throws -> Bool) async throws {
        for _ in 0..<1500 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotInTime(what: what)
    }
}
