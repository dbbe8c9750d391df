import Foundation
import Glibc
package import Redis
import Synchronization

/// `redis-server` processes on loopback ports, for single servers, Sentinels and Clusters.
package final class LoopbackRedis: Sendable {
    package final class Server: Sendable {
        package let port: Int
        private let words: [String]
        private let process = Mutex<ChildProcess?>(nil)

        init(port: Int, words: [String]) {
            self.port = port
            self.words = words
        }

        /// Does not wait until the server answers.
        package func start() throws {
            let process = try ChildProcess(self.words)
            self.process.withLock { $0 = process }
        }

        /// Sends SIGKILL and waits for the exit.
        package func kill() {
            self.process.withLock { process in
                process?.signal(SIGKILL)
                process?.wait()
                process = nil
            }
        }

        /// Suspends the process; connections stay open.
        package func freeze() { self.signal(SIGSTOP) }

        package func thaw() { self.signal(SIGCONT) }

        private func signal(_ signal: Int32) {
            self.process.withLock { $0?.signal(signal) }
        }

        package var endpoint: RedisEndpoint { .tcp(host: "127.0.0.1", port: self.port) }
    }

    /// For files of the servers and of the test.
    package let folder: String
    private let servers = Mutex<[Server]>([])

    init() throws {
        self.folder = "/tmp/carrel-redis-\(UInt32.random(in: 0..<UInt32.max))"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
    }

    package func start(_ arguments: [String], port: Int? = nil, isEncrypted: Bool = false) throws -> Server {
        let port = try port ?? Self.freePort()
        let home = "\(self.folder)/\(port)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let listening = isEncrypted ? ["--port", "0", "--tls-port", "\(port)"] : ["--port", "\(port)"]
        return try self.start(
            ["redis-server"] + listening + ["--bind", "127.0.0.1", "--save", "", "--dir", home] + arguments,
            port: port
        )
    }

    /// - Parameter lines: of `sentinel.conf`.
    package func startSentinel(_ lines: [String]) throws -> Server {
        let port = try Self.freePort()
        let home = "\(self.folder)/\(port)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let file = "\(home)/sentinel.conf"
        let text = (["port \(port)", "bind 127.0.0.1", "dir \(home)"] + lines).joined(separator: "\n") + "\n"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return try self.start(["redis-server", file, "--sentinel"], port: port)
    }

    private func start(_ words: [String], port: Int) throws -> Server {
        let server = Server(port: port, words: words)
        self.servers.withLock { $0.append(server) }
        try server.start()
        return server
    }

    /// - Returns: the exit status.
    @discardableResult
    package func run(_ words: [String]) throws -> Int32 {
        try ChildProcess(words).wait()
    }

    package func withClient<Value: Sendable>(
        _ topology: RedisTopology,
        _ configure: (inout RedisConfiguration) -> Void = { _ in },
        _ body: @Sendable (RedisClient) async throws -> Value
    ) async throws -> Value {
        try await withRedisClient(RedisConfiguration(topology), configure, body)
    }

    /// A free port below the ephemeral range, as is the Cluster bus port, which is 10,000 higher.
    package static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 12_000..<22_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port)).bigEndian
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound == 0 { return port }
        }
        throw RedisError(.unavailable, "No free port was found.")
    }

    func remove() throws {
        for server in self.servers.withLock({ $0 }) { server.kill() }
        try FileManager.default.removeItem(atPath: self.folder)
    }
}

/// Lends servers, and kills and removes them afterwards.
package func withLoopbackRedis<Value: Sendable>(
    _ body: @Sendable (LoopbackRedis) async throws -> Value
) async throws -> Value {
    let redis = try LoopbackRedis()
    do {
        let value = try await body(redis)
        try redis.remove()
        return value
    } catch {
        try redis.remove()
        throw error
    }
}
