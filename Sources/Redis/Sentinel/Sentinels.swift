import Logging
import NIOCore
import Synchronization

/// Asks Sentinels for the master of a name.
final class Sentinels: Sendable {
    private let master: String
    private let connector: Connector
    /// Opens connections to masters only.
    private let masters: Connector
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
        var own = configuration
        own.username = nil
        own.password = configuration.sentinelPassword
        own.database = 0
        // A Sentinel has little to do: one that is silent for long must not hold up those that know more.
        own.connectTimeout = min(own.connectTimeout, .milliseconds(500))
        own.commandTimeout = min(own.commandTimeout, .milliseconds(500))
        self.connector = Connector(own)
        self.masters = Connector(configuration, role: .master)
        self.eventLoop = eventLoop
        self.logger = logger
        self.known = Mutex(endpoints)
    }

    /// Where the master is now, as the first Sentinel says whose word is true.
    ///
    /// A Sentinel may be stale and name a server that is gone, or is not the master any more: the server itself is asked,
    /// and then the next Sentinel.
    func currentMaster() async throws(RedisError) -> RedisEndpoint {
        var problem: RedisError?
        var vain: [RedisEndpoint: RedisError] = [:]
        var misleading: [RedisEndpoint] = []
        for sentinel in self.known.withLock({ $0 }) {
            do throws(RedisError) {
                let endpoint = try await self.ask(sentinel)
                if let known = vain[endpoint] { throw known }
                do throws(RedisError) {
                    try await self.masters.connect(to: endpoint, on: self.eventLoop).close()
                } catch {
                    vain[endpoint] = error
                    throw error
                }
                self.prefer(sentinel, to: misleading)
                return endpoint
            } catch {
                problem = error
                misleading.append(sentinel)
            }
        }
        throw RedisError(.unavailable, "No Sentinel knows where the master '\(self.master)' is.", cause: problem)
    }

    private func ask(_ sentinel: RedisEndpoint) async throws(RedisError) -> RedisEndpoint {
        let connection = try await self.connector.connect(to: sentinel, on: self.eventLoop)
        defer { connection.close() }
        let reply = try await connection.ask(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.master])
        if case .error(let text) = reply { throw RedisError(reply: text) }
        guard let elements = reply.elements, elements.count == 2, let host = elements[0].text,
            let port = elements[1].integerValue, let port = Int(exactly: port)
        else {
            throw RedisError(.unavailable, "The Sentinel at \(sentinel) knows no master '\(self.master)'.")
        }
        return .tcp(host: host, port: port)
    }

    /// The one that answered well is asked first next time, and those that led nowhere last.
    private func prefer(_ sentinel: RedisEndpoint, to misleading: [RedisEndpoint]) {
        self.known.withLock { known in
            let others = known.filter { $0 != sentinel && !misleading.contains($0) }
            known = [sentinel] + others + misleading
        }
    }

    /// Listens, until it is cancelled, for word that there is another master.
    func watch(_ switched: @escaping @Sendable () -> Void) async {
        let lane = SubscriptionLane(
            .plain,
            connector: self.connector,
            eventLoop: self.eventLoop,
            logger: self.logger
        ) { [self] () async throws(RedisError) in
            let all = self.known.withLock { $0 }
            guard let any = all.randomElement() else { throw RedisError(.unavailable, "No Sentinel is known.") }
            return any
        } receive: { event in
            // What was missed shows itself: a server that is no longer the master ends its connections or refuses writes.
            guard case .message(_, let payload) = event else { return }
            let text = String(decoding: payload, as: UTF8.self)
            if text.split(separator: " ").first.map(String.init) == self.master { switched() }
        }
        lane.subscribe(to: "+switch-master")
        await lane.run()
    }
}
