import Dispatch
import Glibc
import Synchronization

/// Resolves host names without blocking the caller's thread.
struct HostResolver: Sendable {
    /// The IP addresses of a host; empty if it does not resolve.
    ///
    /// The share is held until the lookup ends, which may be after its timeout. Throws ``IdentityError`` with `.unreachable`
    /// on timeout and `.busy` on overload.
    let addresses: @Sendable (String, FetchShare) async throws -> [String]

    /// The system's resolver, with a timeout of five seconds and a thread for each lookup: a hanging name server delays
    /// only its own lookups.
    static let system: HostResolver = {
        let queue = LookupQueue()
        return HostResolver { try await queue.addresses($0, holding: $1) }
    }()
}

/// A bounded number of lookups on dedicated threads.
private final class LookupQueue: Sendable {
    private let idle = Mutex((0..<FetchShares.mostInAll).map { DispatchQueue(label: "carrel.names.\($0)") })

    private static let timeout = DispatchTimeInterval.seconds(5)

    func addresses(_ host: String, holding share: FetchShare) async throws -> [String] {
        guard let queue = self.idle.withLock({ $0.popLast() }) else {
            throw IdentityError(.busy, "Too many hosts are being looked up: try again.")
        }
        return try await withCheckedThrowingContinuation { continuation in
            let result = FirstResult(continuation)
            queue.async {
                let addresses = withExtendedLifetime(share) { Self.lookUp(host) }
                self.idle.withLock { $0.append(queue) }
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
