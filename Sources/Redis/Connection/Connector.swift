import NIOCore
import NIOPosix

/// Opens connections and brings them to where commands can be sent.
struct Connector: Sendable {
    let configuration: RedisConfiguration
    let eventLoop: any EventLoop

    /// A connection on which the password, the database and the name have been given.
    func connect() async throws(RedisError) -> Connection {
        let connection = try await self.open()
        do {
            try await self.greet(connection)
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    private func open() async throws(RedisError) -> Connection {
        let configuration = self.configuration
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
        let unix = ClientBootstrap(group: self.eventLoop).connectTimeout(TimeAmount(configuration.connectTimeout))
        let prepare: @Sendable (any Channel) -> EventLoopFuture<Connection> = { channel in
            channel.eventLoop.makeCompletedFuture {
                let connection = Connection(
                    channel: channel,
                    maxPending: configuration.maxPending,
                    timeout: configuration.commandTimeout
                )
                try channel.pipeline.syncOperations.addHandler(ReplyHandler(connection: connection))
                return connection
            }
        }
        do {
            switch configuration.endpoint {
            case .tcp(let host, let port):
                return try await bootstrap.connect(host: host, port: port, channelInitializer: prepare)
            case .unix(let path):
                return try await unix.connect(unixDomainSocketPath: path, channelInitializer: prepare)
            }
        } catch {
            throw RedisError(.unavailable, "Redis at \(configuration.endpoint) cannot be reached.", cause: error)
        }
    }

    private func greet(_ connection: Connection) async throws(RedisError) {
        var commands: [[String]] = []
        if let password = self.configuration.password {
            commands.append(["AUTH"] + (self.configuration.username.map { [$0] } ?? []) + [password])
        }
        if self.configuration.database != 0 { commands.append(["SELECT", "\(self.configuration.database)"]) }
        if let name = self.configuration.clientName { commands.append(["CLIENT", "SETNAME", name]) }
        commands.append(["PING"])
        for command in commands {
            var buffer = ByteBuffer()
            try CommandEncoder.encode(command, into: &buffer)
            if case .error(let text) = try await connection.send(buffer).get() { throw RedisError(reply: text) }
        }
    }
}
