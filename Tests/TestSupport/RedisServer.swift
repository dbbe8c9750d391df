import Foundation
import Glibc
public import Redis
import Synchronization

/// A real `redis-server` of a test's own, on a Unix socket in a folder of its own.
public final class RedisServer: Sendable {
    private let folder: String
    private let arguments: [String]
    private let process = Mutex<ChildProcess?>(nil)

    /// How to reach it.
    public let configuration: RedisConfiguration

    init(arguments: [String], password: String?) throws {
        // Short, as a socket's path must fit into 108 bytes.
        self.folder = "/tmp/carrel-redis-\(UInt32.random(in: 0..<UInt32.max))"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        let socket = "\(self.folder)/redis.sock"
        self.arguments =
            ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", self.folder]
            + arguments + (password.map { ["--requirepass", $0] } ?? [])
        self.configuration = RedisConfiguration(.standalone(.unix(path: socket)), password: password)
    }

    /// Starts it and returns when it answers.
    public func start() async throws {
        let process = try ChildProcess(["redis-server"] + self.arguments)
        self.process.withLock { $0 = process }
        try await self.withClient { redis in
            _ = try await redis.send(["PING"])
        }
    }

    /// Kills it as a crash would, and returns when it is gone.
    public func kill() {
        // Ends a frozen one too, and before it could answer.
        self.signal(SIGKILL)
        self.process.withLock { process in
            process?.wait()
            process = nil
        }
    }

    /// Stops it from answering without ending its connections.
    public func freeze() {
        self.signal(SIGSTOP)
    }

    /// Lets it answer again.
    public func thaw() {
        self.signal(SIGCONT)
    }

    private func signal(_ signal: Int32) {
        self.process.withLock { process in
            process?.signal(signal)
        }
    }

    /// Lends a client of it.
    public func withClient<Value: Sendable>(
        _ configure: (inout RedisConfiguration) -> Void = { _ in },
        _ body: @Sendable (RedisClient) async throws -> Value
    ) async throws -> Value {
        try await withRedisClient(self.configuration, configure, body)
    }

    func remove() throws {
        self.kill()
        try FileManager.default.removeItem(atPath: self.folder)
    }
}
