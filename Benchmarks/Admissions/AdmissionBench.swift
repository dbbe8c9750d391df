import Foundation
import Identity
import Logging
import Redis
import SharedState
import Synchronization

/// Measures the one question every request asks of Redis, without HTTP: `AdmissionBench SOCKET SECONDS`.
///
/// Prints one line a figure; `Benchmarks/redis` runs it beside `redis-benchmark`.
@main
struct AdmissionBench {
    private static let users = 100

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let seconds = Double(arguments[2]), let sessions = Int(arguments[3]) else {
            print("usage: AdmissionBench SOCKET SECONDS SESSIONS")
            exit(64)
        }
        var configuration = RedisConfiguration(.standalone(.unix(path: arguments[1])))
        configuration.commandTimeout = .seconds(30)
        configuration.maxPending = 20_000
        let redis = RedisClient(configuration: configuration, logger: Logger(label: "bench"))
        let running = Task { try await redis.run() }
        let many = RateLimit(100_000_000, per: .seconds(1))
        let backend = RedisBackend(redis: redis, rateLimits: RateLimits(requests: many, writes: many, bytes: many))
        let requests = try await Self.requests(backend)

        try await Self.flight(redis, backend, requests)
        let rate = try await Self.throughput(backend, requests, seconds: seconds)
        print("admissions \(Int(rate)) per second")
        let (half, latencies) = try await Self.latency(backend, requests, rate: rate / 2, seconds: seconds)
        print(
            "latency p50 \(latencies[latencies.count / 2]) p99 \(latencies[latencies.count * 99 / 100]) us at \(half)/s"
        )
        if sessions > 0 { try await Self.memory(redis, backend, sessions: sessions) }
        running.cancel()
    }

    private static func principal(_ user: String) throws -> Principal {
        Principal(
            user: try UserID(user),
            scopes: .all,
            tokenID: "token-of-\(user)-0123456789",
            issuedAt: 1_700_000_000,
            expiresAt: 4_000_000_000,
            clientID: nil
        )
    }

    private static var client: SessionClient {
        SessionClient(
            revision: "2025-11-25",
            name: "claude-code",
            version: "2.0.14",
            capabilities: #"{"roots":{"listChanged":true},"elicitation":{}}"#,
            credentialID: "MD09Bac7knlNxWaIDrC9yQ"
        )
    }

    private static func requests(_ backend: RedisBackend) async throws -> [AdmissionRequest] {
        var requests: [AdmissionRequest] = []
        for number in 0..<Self.users {
            let principal = try Self.principal("user\(number)")
            let session = try await backend.ports.sessions.create(for: principal.user, client: Self.client)
            requests.append(AdmissionRequest(principal: principal, session: session.id))
        }
        return requests
    }

    private struct Refused: Error {
        let verdict: AdmissionVerdict
    }

    private static func check(_ verdict: AdmissionVerdict) throws {
        guard verdict.isAdmitted else { throw Refused(verdict: verdict) }
    }

    private static func throughput(
        _ backend: RedisBackend,
        _ requests: [AdmissionRequest],
        seconds: Double
    ) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<512 {
                group.addTask {
                    var count = 0
                    while clock.now < end {
                        try Self.check(
                            try await backend.ports.admission.admit(requests[(task + count) % requests.count])
                        )
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / Self.seconds(start.duration(to: clock.now))
    }

    /// Microseconds that admissions took, in order, when so many began each second.
    private static func latency(
        _ backend: RedisBackend,
        _ requests: [AdmissionRequest],
        rate: Double,
        seconds: Double
    ) async throws -> (rate: Int, latencies: [Int]) {
        let clock = ContinuousClock()
        let start = clock.now
        let tasks = 256
        let period = Double(tasks) / rate
        let latencies = try await withThrowingTaskGroup(of: [Int].self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var latencies: [Int] = []
                    var due = Double(task) / rate
                    while due < seconds {
                        try await clock.sleep(until: start + .microseconds(Int(due * 1e6)))
                        let begin = clock.now
                        try Self.check(
                            try await backend.ports.admission.admit(requests[(task + latencies.count) % requests.count])
                        )
                        latencies.append(Int(Self.seconds(begin.duration(to: clock.now)) * 1e6))
                        due += period
                    }
                    return latencies
                }
            }
            return try await group.reduce(into: [Int]()) { $0 += $1 }
        }
        return (Int(Double(latencies.count) / Self.seconds(start.duration(to: clock.now))), latencies.sorted())
    }

    private static func seconds(_ time: Duration) -> Double {
        Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }

    private static func flight(_ redis: RedisClient, _ backend: RedisBackend, _ requests: [AdmissionRequest])
        async throws
    {
        let before = try Self.residentKiB()
        _ = try await redis.send(["CLIENT", "PAUSE", "1500", "ALL"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<10_000 {
                group.addTask {
                    try Self.check(try await backend.ports.admission.admit(requests[number % requests.count]))
                }
            }
            try await Task.sleep(for: .milliseconds(700))
            print("memory \(before) KiB before, \(try Self.residentKiB()) KiB with 10000 admissions in flight")
            try await group.waitForAll()
        }
    }

    private static func memory(_ redis: RedisClient, _ backend: RedisBackend, sessions: Int) async throws {
        let before = try await Self.usedMemory(redis)
        let clock = ContinuousClock()
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<256 {
                group.addTask {
                    for number in stride(from: task, to: sessions, by: 256) {
                        // Ten sessions a user.
                        _ = try await backend.ports.sessions.create(
                            for: try UserID("hf_user_\(number / 10)"),
                            client: Self.client
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        let taken = start.duration(to: clock.now)
        let after = try await Self.usedMemory(redis)
        print("sessions \(sessions) take \((after - before) / sessions) bytes each, opened in \(taken)")
        let begin = clock.now
        let listed = try await backend.ports.sessions.sessions(of: try UserID("hf_user_1"))
        print("list \(listed.count) sessions of one user in \(begin.duration(to: clock.now))")
    }

    private static func usedMemory(_ redis: RedisClient) async throws -> Int {
        let text = try await redis.send(["INFO", "memory"]).text ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("used_memory:") }
        return line.flatMap { Int($0.dropFirst(12)) } ?? 0
    }

    private static func residentKiB() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
