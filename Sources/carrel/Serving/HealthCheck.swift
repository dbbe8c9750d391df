import Glibc

/// Sends one HTTP request over loopback without a client library.
struct HealthCheck {
    enum Outcome: CustomStringConvertible {
        case status(Int)
        case failure(String)

        var description: String {
            switch self {
            case .status(let status): return "\(status)"
            case .failure(let reason): return reason
            }
        }
    }

    let port: Int

    /// Sends `GET /health/ready` with a timeout of five seconds.
    func run() -> Outcome {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return Self.failure() }
        defer { close(descriptor) }
        // A `timeval`: seconds and microseconds.
        var limit = (5, 0)
        let size = socklen_t(MemoryLayout.size(ofValue: limit))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)

        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: self.port).bigEndian)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return Self.failure() }
        let request = Array("GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return Self.failure()
        }
        var line = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &line, line.count, 0)
        guard count > 0 else { return Self.failure() }
        let words = String(decoding: line.prefix(count), as: UTF8.self).split(separator: " ")  // bounded: bytes
        guard words.count > 1, let status = Int(words[1]) else { return .failure("not an HTTP response") }
        return .status(status)
    }

    private static func failure() -> Outcome {
        .failure(String(cString: strerror(errno)))
    }
}
