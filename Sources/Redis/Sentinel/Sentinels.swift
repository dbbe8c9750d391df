import Encodings
import Logging
import NIOCore
import Synchronization

/// Resolves the master of a name by asking Sentinels.
final class Sentinels: Sendable {
    private let master: String
    private let connector: Connector
    /// Fails for servers that are not master.
    private let masterConnector: Connector
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let known: Mutex<[RedisEndpoint]>

    init(
        _ endpoints: [RedisEndpoint],
        master: String,
        configuration: RedisConfiguration,
        eventLoop: any EventLoop,
        logger: Logger
    ) {
        self.master = master
        var sentinel = configuration
        sentinel.username = nil
        sentinel.password = configuration.sentinelPassword
        sentinel.database = 0
        // A Sentinel answers quickly; a hanging one must not delay asking the next.
        sentinel.connectTimeout = min(sentinel.connectTimeout, .milliseconds(500))
        sentinel.commandTimeout = min(sentinel.commandTimeout, .milliseconds(500))
        self.connector = Connector(sentinel)
        self.masterConnector = Connector(configuration, role: .master)
        self.eventLoop = eventLoop
        self.logger = logger
        self.known = Mutex(endpoints)
    }

    /// The current master, from the first Sentinel whose answer is confirmed.
    ///
    /// A stale Sentinel may name a server that is down or no longer master: the server itself is checked, and if the
    /// check fails, the next Sentinel is asked.
    func currentMaster() async throws(RedisError) -> RedisEndpoint {
        var problem: RedisError?
        var rejected: [RedisEndpoint: RedisError] = [:]
        var stale: [RedisEndpoint] = []
        for sentinel in self.known.withLock({ $0 }) {
            do throws(RedisError) {
                let endpoint = try await self.ask(sentinel)
                if let known = rejected[endpoint] { throw known }
                do throws(RedisError) {
                    try await self.masterConnector.connect(to: endpoint, on: self.eventLoop).close()
                } catch {
                    rejected[endpoint] = error
                    throw error
                }
                self.prefer(sentinel, to: stale)
                return endpoint
            } catch {
                problem = error
                stale.append(sentinel)
            }
        }
        throw RedisError(.unavailable, "No Sentinel names a reachable master '\(self.master)'.", cause: problem)
    }

    private func ask(_ sentinel: RedisEndpoint) async throws(RedisError) -> RedisEndpoint {
        let connection = try await self.connector.connect(to: sentinel, on: self.eventLoop)
        defer { connection.close() }
        let reply = try await connection.send(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.master])
        if case .error(let text) = reply { throw RedisError(reply: text) }
        guard let elements = reply.elements, elements.count == 2, let host = elements[0].text,
            let port = elements[1].text.flatMap({ HostPort.port($0) })
        else {
            throw RedisError(.unavailable, "The Sentinel at \(sentinel) knows no master '\(self.master)'.")
        }
        return .tcp(host: host, port: port)
    }

    /// Next time this Sentinel is asked first, and stale ones last.
    private func prefer(_ sentinel: RedisEndpoint, to stale: [RedisEndpoint]) {
        self.known.withLock { known in
            let others = known.filter { $0 != sentinel && !stale.contains($0) }
            known = [sentinel] + others + stale
        }
    }

    /// Calls `switched` when Sentinels announce another master; runs until cancellation.
    func watch(_ switched: @escaping @Sendable () -> Void) async {
        let subscription = SubscriptionConnection(
            .plain,
            connector: self.connector,
            eventLoop: self.eventLoop,
            logger: self.logger
        ) { [self] () async throws(RedisError) in
            let all = self.known.withLock { $0 }
            guard let any = all.randomElement() else { throw RedisError(.unavailable, "No Sentinel is configured.") }
            return any
        } receive: { event in
            // A missed message is harmless: a former master closes its connections or rejects writes.
            guard case .message(_, let payload) = event else { return }
            let text = String(decoding: payload, as: UTF8.self)
            if text.split(separator: " ").first.map(String.init) == self.master { switched() }
        }
        subscription.subscribe(to: "+switch-master")
        await subscription.run()
    }
}
