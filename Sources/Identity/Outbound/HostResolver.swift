import Dispatch
import Glibc
import Synchronization

/// Resolves host names without blocking the caller's thread.
struct HostResolver: Sendable {
    /// The IP addresses of a host; empty if it does not resolve.
    ///
    /// Throws ``IdentityError`` with `.unreachable` on timeout or overload.
    let addresses: @Sendable (String) async throws -> [String]

    /// The system's resolver, with bounded concurrency and a timeout of five seconds: a hanging name server delays only
    /// its own lookups.
    static let system: HostResolver = {
        let queue = LookupQueue()
        return HostResolver { try await queue.addresses($0) }
    }()
}

/// A bounded number of lookups on dedicated threads.
private final class LookupQueue: Sendable {
    private let queues = (0..<4).map { DispatchQueue(label: "carrel.names.\($0)") }
    private let state = Mutex((running: 0, next: 0))

    private static let maxRunning = 16
    private static let timeout = DispatchTimeInterval.seconds(5)

    func addresses(_ host: String) async throws -> [String] {
        let queue = self.state.withLock { state -> DispatchQueue? in
            guard state.running < Self.maxRunning else { return nil }
            state.running += 1
            state.next = (state.next + 1) % self.queues.count
            return self.queues[state.next]
        }
        guard let queue else { throw IdentityError(.unreachable, "Too many hosts are being looked up: try again.") }
        return try await withCheckedThrowingContinuation { continuation in
            let result = FirstResult(continuation)
            queue.async {
                let addresses = Self.lookUp(host)
                self.state.withLock { $0.running -= 1 }
                result.resume(.success(addresses))
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.timeout) {
                result.resume(.failure(IdentityError(.unreachable, "Resolving the host \(host) timed out.")))
            }
        }
    }

    /// Resumes a continuation with the first of several results.
    private final class FirstResult: Sendable {
        private let waiting: Mutex<CheckedContinuation<[String], any Error>?>

        init(_ continuation: CheckedContinuation<[String], any Error>) {
            self.waiting = Mutex(continuation)
        }

        func resume(_ result: Result<[String], any Error>) {
            let continuation = self.waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            continuation?.resume(with: result)
        }
    }

    private static func lookUp(_ host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            // bounded: bytes
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                addresses.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
            next = entry.ai_next
        }
        return addresses
    }
}
