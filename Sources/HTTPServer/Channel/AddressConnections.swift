import Logging
import Metrics
import NIOCore
import NIOHTTPTypes
import SharedState
import Synchronization

/// Bounds the open connections of each address, so that one client cannot hold all those of a worker.
///
/// A trusted proxy's connections carry many clients: they count towards the worker's maximum only.
final class AddressConnections: Sendable {
    fileprivate struct State {
        /// By address key; an address without connections has no entry.
        var open: [String: Int] = [:]
        /// How many were refused since the last log line.
        var refused = 0
        var logged: ContinuousClock.Instant?
    }

    /// Between two log lines, as a client can cause any number of refusals.
    private static let logInterval = Duration.seconds(60)
    private let limit: Int
    private let proxies: TrustedProxies
    private let refusals = Counter(label: "carrel_connections_refused_total")
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter limit: 0 is none.
    init(limit: Int, proxies: TrustedProxies, logger: Logger) {
        self.limit = limit
        self.proxies = proxies
        self.logger = logger
    }

    /// A handler for one new connection.
    func makeHandler() -> some RemovableChannelHandler & ChannelInboundHandler {
        AddressHandler(self)
    }

    private enum Outcome {
        case unlimited
        case counted(String)
        case refused
    }

    private func open(_ address: String?) -> Outcome {
        guard self.limit > 0, let address, self.proxies.isEmpty || !self.proxies.trusts(address) else {
            return .unlimited
        }
        let key = AddressKey.of(address)
        let (isOpen, refused) = self.state.withLock { state -> (Bool, Int?) in
            let count = state.open[key] ?? 0
            guard count >= self.limit else {
                state.open[key] = count + 1
                return (true, nil)
            }
            return (false, state.refuse(every: Self.logInterval))
        }
        guard !isOpen else { return .counted(key) }
        self.refusals.increment()
        if let refused {
            self.logger.warning(
                "Connections of an address are refused",
                metadata: ["address": "\(address)", "connections.limit": "\(self.limit)", "count": "\(refused)"]
            )
        }
        return .refused
    }

    private func close(_ key: String) {
        self.state.withLock { state in
            let count = state.open[key] ?? 0
            state.open[key] = count > 1 ? count - 1 : nil
        }
    }

    /// Counts its connection while that is open, or closes it at once.
    private final class AddressHandler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPRequestPart
        typealias InboundOut = HTTPRequestPart

        private let connections: AddressConnections
        private var key: String?

        init(_ connections: AddressConnections) {
            self.connections = connections
        }

        func channelActive(context: ChannelHandlerContext) {
            context.fireChannelActive()
            switch self.connections.open(context.channel.remoteAddress?.ipAddress) {
            case .unlimited: break
            case .counted(let key): self.key = key
            case .refused: context.close(promise: nil)
            }
        }

        func handlerRemoved(context _: ChannelHandlerContext) {
            if let key = self.key { self.connections.close(key) }
            self.key = nil
        }
    }
}

extension AddressConnections.State {
    /// Counts a refusal.
    ///
    /// - Returns: how many a log line that is due now stands for.
    fileprivate mutating func refuse(every interval: Duration) -> Int? {
        self.refused += 1
        let now = ContinuousClock.now
        if let logged = self.logged, logged.duration(to: now) < interval { return nil }
        defer { self.refused = 0 }
        self.logged = now
        return self.refused
    }
}
