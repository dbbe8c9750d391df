import Foundation
import Glibc
package import Redis
import Synchronization

/// A `redis-server` on a Unix socket in a temporary folder.
package final class RedisServer: Sendable {
    private let folder: String
    private let arguments: [String]
    private let process = Mutex<ChildProcess?>(nil)

    package let configuration: RedisConfiguration

    init(arguments: [String], password: String?) throws {
        // A socket's path is limited to 108 bytes.
        self.folder = "/tmp/carrel-redis-\(UInt32.random(in: 0..<UInt32.max))"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        let socket = "\(self.folder)/redis.sock"
        self.arguments =
            ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", self.folder]
            + arguments + (password.map { ["--requirepass", $0] } ?? [])
        self.configuration = RedisConfiguration(.standalone(.unix(path: socket)), password: password)
    }

    /// Returns when the server answers.
    package func start() async throws {
        let process = try ChildProcess(["redis-server"] + self.arguments)
        self.process.withLock { $0 = process }
        try await self.withClient { redis in
            _ = try await redis.send(["PING"])
        }
    }

    /// Sends SIGKILL and waits for the exit.
    package func kill() {
        // Kills a suspended process too, before it could answer.
        self.signal(SIGKILL)
        self.process.withLock { process in
            process?.wait()
            process = nil
        }
    }

    /// Suspends the process; connections stay open.
    package func freeze() {
        self.signal(SIGSTOP)
    }

    package func thaw() {
        self.signal(SIGCONT)
    }

    private func signal(_ signal: Int32) {
        self.process.withLock { process in
            process?.signal(signal)
        }
    }

    package func withClient<Value: Sendable>(
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
