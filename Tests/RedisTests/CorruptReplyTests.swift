import Redis
import Synchronization
import TestSupport
import Testing

/// Invalid bytes among the replies of one of two connections under traffic.
@Suite(.serialized) struct CorruptReplyTests {
    /// The outcome of every command, by its text.
    private final class Outcomes: Sendable {
        private let state = Mutex((answered: Set<String>(), failed: [String: RedisError.Code](), wrong: [String]()))

        func note(_ text: String, _ outcome: Result<String?, RedisError>) {
            self.state.withLock { state in
                switch outcome {
                case .success(text): state.answered.insert(text)
                case .success(let other): state.wrong.append("\(text): \(other ?? "nothing")")
                case .failure(let error): state.failed[text] = error.code
                }
            }
        }

        var all: (answered: Set<String>, failed: [String: RedisError.Code], wrong: [String]) {
            self.state.withLock { $0 }
        }
    }

    /// A byte that starts no reply, followed by anything, including valid replies.
    private func garbage(using generator: inout SeededGenerator) -> [UInt8] {
        let pieces = ["\r\n", "x", "$5\r\nhello\r\n", "*2\r\n", ":1\r\n", "\u{0}", "-ERR\r\n", "$", "9999999999"]
        let first: UInt8 = Array("xyz?@\u{0}\r\n ".utf8).randomElement(using: &generator) ?? 0
        let count = Int.random(in: 0..<8, using: &generator)
        return [first] + (0..<count).flatMap { _ in Array((pieces.randomElement(using: &generator) ?? "").utf8) }
    }

    @Test func aCorruptReplyFailsOnlyCommandsOfItsConnection() async throws {
        let (requests, tasks, rounds) = (8000, 16, 60)
        try await withLoopbackRedis { redis in
            let proxy = CorruptingProxy()
            let endpoint = try await proxy.start(before: redis.start([]).endpoint)
            let outcomes = Outcomes()
            try await redis.withClient(.standalone(endpoint)) {
                $0.connections = 2
                $0.maxPending = 1000
            } _: { client in
                _ = try await client.send(["PING"])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<tasks {
                        group.addTask { try await Self.send(client, task: task, count: requests / tasks, outcomes) }
                    }
                    var generator = SeededGenerator(seed: 17)
                    for round in 1...rounds {
                        proxy.corrupt(with: self.garbage(using: &generator))
                        try await client.await("connection \(round) is corrupted and all are open again") {
                            let connections = proxy.connections
                            return connections.count(where: \.isCorrupted) == round
                                && connections.count >= round + 2
                        }
                    }
                    try await group.waitForAll()
                }
            }
            try await proxy.stop()
            let all = outcomes.all
            print("\(rounds) connections corrupted: \(all.answered.count) answered, \(all.failed.count) failed")
            #expect(all.wrong.isEmpty)
            #expect(all.answered.count + all.failed.count == requests)
            // At most one command of each task was on the connection.
            #expect(all.failed.count >= rounds / 4 && all.failed.count <= rounds * tasks)
            #expect(Set(all.failed.values).isSubset(of: [.protocolError, .connectionClosed]))
            for connection in proxy.connections where !connection.isCorrupted {
                let sent = Self.texts(in: connection.commands)
                #expect(sent.isDisjoint(with: all.failed.keys))
                #expect(sent.isSubset(of: all.answered))
            }
        }
    }

    private static func send(_ client: RedisClient, task: Int, count: Int, _ outcomes: Outcomes) async throws {
        for number in 0..<count {
            let text = "<\(task)-\(number)>"
            do throws(RedisError) {
                outcomes.note(text, .success(try await client.send(["ECHO", text]).text))
            } catch {
                outcomes.note(text, .failure(error))
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// The texts of the commands sent over a connection.
    private static func texts(in bytes: [UInt8]) -> Set<String> {
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        return Set(words.filter { $0.hasPrefix("<") }.map(String.init))
    }
}
