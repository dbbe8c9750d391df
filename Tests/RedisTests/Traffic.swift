import Redis
import Synchronization

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

    /// Commands of which nobody knows whether they ran.
    var unknown: Int {
        let known: Set = [RedisError.Code.unavailable.rawValue, RedisError.Code.tooManyPending.rawValue]
        return self.failed.filter { !known.contains($0.key) }.values.reduce(0, +)
    }

    var description: String {
        let failures = self.failed.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return "\(self.answered) answered, \(failures.isEmpty ? "none" : failures) failed, \(self.wrong) wrong, "
            + "longest outage \(self.longestOutage), longest wait \(self.longestWait)"
    }

    /// How many commands have run, by what they left behind.
    func executed(_ client: RedisClient, tasks: Int = 8) async throws -> Int {
        let keys = (0..<tasks).flatMap { task in (0..<Self.keysOfTask).map { "traffic:\(task)-\($0)" } }
        return try await client.pipeline(keys.map { ["GET", $0] }).reduce(0) { sum, reply in
            try sum + Int(reply.get().integerValue ?? 0)
        }
    }

    private static let keysOfTask = 50

    /// Sends commands from several tasks, each with keys of its own, while something is done to the servers.
    ///
    /// Every reply must name the key and the text of its own command.
    static func run(
        _ client: RedisClient,
        tasks: Int = 8,
        for time: Duration,
        during fault: @escaping @Sendable () async throws -> Void
    ) async throws -> Traffic {
        let clock = ContinuousClock()
        let end = clock.now + time
        let ledger = Ledger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fault() }
            for task in 0..<tasks {
                group.addTask {
                    var sent = 0
                    while clock.now < end {
                        sent += 1
                        let text = "\(task)-\(sent)"
                        let start = clock.now
                        let script = ["EVAL", "return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}", "1"]
                        let key = "traffic:\(task)-\(sent % Self.keysOfTask)"
                        let outcome = await Self.outcome(client, script + [key, text])
                        ledger.note(outcome, key: key, text: text, since: start)
                        try await Task.sleep(for: .milliseconds(2))
                    }
                }
            }
            try await group.waitForAll()
        }
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
    private let state = Mutex((traffic: Traffic(), last: ContinuousClock.now))

    var traffic: Traffic { self.state.withLock { $0.traffic } }

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
                state.traffic.longestOutage = max(state.traffic.longestOutage, state.last.duration(to: now))
                state.last = now
            case .failure(let error): state.traffic.failed[error.code.rawValue, default: 0] += 1
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
