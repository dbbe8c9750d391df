import NIOCore
import NIOPosix

/// Opens connections and brings them to where commands can be sent.
struct Connector: Sendable {
    /// What a server must be for its connections to be of use.
    enum Role: Sendable {
        /// Anything.
        case any
        /// The one that takes writes.
        case master
    }

    private let configuration: RedisConfiguration
    private let tls: Result<TLSContext?, RedisError>
    private let role: Role
    let metrics: RedisMetrics?

    /// - Parameter metrics: what counts the time of every command; `nil` where that of some is no measure.
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

    /// A connection on which the password, the database and the name have been given.
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
            try await self.greet(connection)
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    /// A channel whose replies go to a receiver; nothing has been sent over it.
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
            throw RedisError(.unavailable, "Redis at \(endpoint) cannot be reached.", cause: error)
        }
    }

    /// The commands by which a connection gets its rights, its database and its name.
    var greeting: [[String]] {
        var commands: [[String]] = []
        if let password = self.configuration.password {
            commands.append(["AUTH"] + (self.configuration.username.map { [$0] } ?? []) + [password])
        }
        if self.configuration.database != 0 { commands.append(["SELECT", "\(self.configuration.database)"]) }
        if let name = self.configuration.clientName { commands.append(["CLIENT", "SETNAME", name]) }
        return commands
    }

    private func greet(_ connection: Connection) async throws(RedisError) {
        for command in self.greeting + (ReplyFunctions.knowsRESP3 ? [["HELLO", "3"]] : []) + [["PING"]] {
            let reply = try await connection.ask(command)
            guard case .error(let text) = reply else { continue }
            let error = RedisError(reply: text)
            // A name is good for operators, but no reason to do without Redis; and RESP2 will do as well.
            if command[0] == "CLIENT", error.word == "NOPERM" { continue }
            if command[0] == "HELLO" { continue }
            throw error
        }
        guard self.role == .master else { return }
        let role = try await connection.ask(["ROLE"])
        guard role.elements?.first?.text == "master" else {
            throw RedisError(.unavailable, "This server is not the master, or not any more.")
        }
    }

    /// The id that a server gave itself when it started; `nil` where it may not be asked.
    func serverID(_ connection: Connection) async -> String? {
        do throws(RedisError) {
            guard let text = try await connection.ask(["INFO", "server"]).text else { return nil }
            let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }
            return line.map { String($0.dropFirst(7)) }
        } catch {
            return nil
        }
    }
}

extension Connection {
    /// Sends one command in words; an error that Redis answers with is a value.
    func ask(_ command: [String]) async throws(RedisError) -> RedisValue {
        var buffer = ByteBuffer()
        try CommandEncoder.encode(command, into: &buffer)
        return try await self.send(buffer).get()
    }
}
