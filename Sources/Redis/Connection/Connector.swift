import NIOCore
import NIOPosix

/// Opens connections and authenticates them.
struct Connector: Sendable {
    /// The role that a server must have.
    enum Role: Sendable {
        case any
        case master
    }

    private let configuration: RedisConfiguration
    private let tls: Result<TLSContext?, RedisError>
    private let role: Role
    let metrics: RedisMetrics?

    /// - Parameter metrics: `nil` for connections whose latency is not measured.
    init(_ configuration: RedisConfiguration, role: Role = .any, metrics: RedisMetrics? = nil) {
        self.configuration = configuration
        self.metrics = metrics
        self.role = role
        do throws(RedisError) {
            self.tls = .success(try configuration.tls.map { settings throws(RedisError) in try TLSContext(settings) })
        } catch {
            self.tls = .failure(error)
        }
    }

    var commandTimeout: Duration { self.configuration.commandTimeout }
    var idleTimeout: Duration { self.configuration.idleTimeout }

    /// Opens a connection, authenticates, selects the database and sets the client name.
    func connect(to endpoint: RedisEndpoint, on eventLoop: any EventLoop) async throws(RedisError) -> Connection {
        let (configuration, metrics) = (self.configuration, self.metrics)
        let connection = try await self.open(endpoint, on: eventLoop) { channel in
            Connection(
                channel: channel,
                maxPending: configuration.maxPending,
                timeout: configuration.commandTimeout,
                idleTimeout: configuration.idleTimeout,
                metrics: metrics
            )
        }
        do {
            try await self.handshake(connection)
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    /// Opens a channel whose replies go to a receiver; sends nothing.
    func open<Receiver: ReplyReceiver>(
        _ endpoint: RedisEndpoint,
        on eventLoop: any EventLoop,
        _ receiver: @escaping @Sendable (any Channel) -> Receiver
    ) async throws(RedisError) -> Receiver {
        let tls = try self.tls.get()
        let prepare: @Sendable (any Channel) -> EventLoopFuture<Receiver> = { channel in
            channel.eventLoop.makeCompletedFuture {
                if let tls, case .tcp(let host, _) = endpoint {
                    try channel.pipeline.syncOperations.addHandler(tls.handler(host: host))
                }
                let receiver = receiver(channel)
                try channel.pipeline.syncOperations.addHandler(ReplyHandler(receiver: receiver))
                return receiver
            }
        }
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(self.configuration.connectTimeout))
        do {
            switch endpoint {
            case .tcp(let host, let port):
                return
                    try await bootstrap
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .channelOption(.socketOption(.so_keepalive), value: 1)
                    .connect(host: host, port: port, channelInitializer: prepare)
            case .unix(let path):
                return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: prepare)
            }
        } catch {
            throw RedisError(.unavailable, "Cannot connect to Redis at \(endpoint).", cause: error)
        }
    }

    /// AUTH, SELECT and CLIENT SETNAME, as configured.
    var handshake: [[String]] {
        var commands: [[String]] = []
        if let password = self.configuration.password {
            commands.append(["AUTH"] + (self.configuration.username.map { [$0] } ?? []) + [password])
        }
        if self.configuration.database != 0 { commands.append(["SELECT", "\(self.configuration.database)"]) }
        if let name = self.configuration.clientName { commands.append(["CLIENT", "SETNAME", name]) }
        return commands
    }

    private func handshake(_ connection: Connection) async throws(RedisError) {
        for command in self.handshake + (ReplyFunctions.supportsRESP3 ? [["HELLO", "3"]] : []) + [["PING"]] {
            let reply = try await connection.send(command)
            guard case .error(let text) = reply else { continue }
            let error = RedisError(reply: text)
            // The client name is optional, and without HELLO the connection stays on RESP2.
            if command[0] == "CLIENT", error.word == "NOPERM" { continue }
            if command[0] == "HELLO" { continue }
            throw error
        }
        guard self.role == .master else { return }
        let role = try await connection.send(["ROLE"])
        guard role.elements?.first?.text == "master" else {
            throw RedisError(.unavailable, "This server is not the master.")
        }
    }

    /// The `run_id` that a server generates when it starts; `nil` if an ACL denies INFO.
    func serverID(_ connection: Connection) async -> String? {
        do throws(RedisError) {
            guard let text = try await connection.send(["INFO", "server"]).text else { return nil }
            let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }
            return line.map { String($0.dropFirst(7)) }
        } catch {
            return nil
        }
    }
}

extension Connection {
    /// Sends one command; an error reply is a value.
    func send(_ command: [String]) async throws(RedisError) -> RedisValue {
        var buffer = ByteBuffer()
        try CommandEncoder.encode(command, into: &buffer)
        return try await self.send(buffer).get()
    }
}
