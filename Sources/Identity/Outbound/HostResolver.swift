import Dispatch
import Glibc
import Synchronization

/// Looks up the addresses of a host, on threads that may wait for it.
struct HostResolver: Sendable {
    /// The addresses of a host as text; empty where it has none.
    ///
    /// Throws ``IdentityError`` with `.unreachable` where nobody can be asked in time.
    let addresses: @Sendable (String) async throws -> [String]

    /// Asks the system, for few hosts at a time and for five seconds each: a name server that does not answer must hold up
    /// nothing but who asks for it.
    static let system: HostResolver = {
        let queue = LookupQueue()
        return HostResolver { try await queue.addresses($0) }
    }()
}

/// A bounded number of look-ups, on threads of their own.
private final class LookupQueue: Sendable {
    private let queues = (0..<4).map { DispatchQueue(label: "carrel.names.\($0)") }
    private let state = Mutex((running: 0, next: 0))

    private static let most = 16
    private static let patience = DispatchTimeInterval.seconds(5)

    func addresses(_ host: String) async throws -> [String] {
        let queue = self.state.withLock { state -> DispatchQueue? in
            guard state.running < Self.most else { return nil }
            state.running += 1
            state.next = (state.next + 1) % self.queues.count
            return self.queues[state.next]
        }
        guard let queue else { throw IdentityError(.unreachable, "Too many hosts are being looked up: try again.") }
        return try await withCheckedThrowingContinuation { continuation in
            let answer = Answer(continuation)
            queue.async {
                let found = Self.lookUp(host)
                self.state.withLock { $0.running -= 1 }
                answer.give(.success(found))
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) {
                answer.give(.failure(IdentityError(.unreachable, "The host \(host) is not found in time.")))
            }
        }
    }

    /// Answers once, whoever comes first.
    private final class Answer: Sendable {
        private let waiting: Mutex<CheckedContinuation<[String], any Error>?>

        init(_ continuation: CheckedContinuation<[String], any Error>) {
            self.waiting = Mutex(continuation)
        }

        func give(_ result: Result<[String], any Error>) {
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
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                addresses.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
            next = entry.ai_next
        }
        return addresses
    }
}
