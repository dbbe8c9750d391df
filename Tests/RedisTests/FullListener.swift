import Glibc
import Redis

/// A listening socket that accepts no connection and whose backlog is full.
final class FullListener: Sendable {
    private let descriptors: [Int32]
    private let port: Int

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let port = try LoopbackPort.bind(listener)
        guard listen(listener, 0) == 0 else { throw RedisError(.unavailable, "A socket does not listen.") }
        var descriptors = [listener]
        for _ in 0..<4 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            _ = LoopbackPort.connect(client, to: port)
            descriptors.append(client)
        }
        self.port = port
        self.descriptors = descriptors
    }

    deinit {
        for descriptor in self.descriptors { close(descriptor) }
    }

    var endpoint: RedisEndpoint { .tcp(host: "127.0.0.1", port: self.port) }
}

private enum LoopbackPort {
    static func bind(_ descriptor: Int32) throws -> Int {
        var address = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let bound = Glibc.bind(descriptor, pointer, length)
                return bound == 0 ? getsockname(descriptor, pointer, &length) : bound
            }
        }
        guard result == 0 else { throw RedisError(.unavailable, "A socket cannot be bound.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Starts a non-blocking connect.
    static func connect(_ descriptor: Int32, to port: Int) -> Int32 {
        var address = Self.address(port: port)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return address
    }
}
