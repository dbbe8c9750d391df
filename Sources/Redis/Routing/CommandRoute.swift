import NIOCore

/// Sends commands to the server that owns their key.
protocol CommandRoute: Sendable {
    /// Keeps connections open until cancellation.
    func run() async

    var isConnected: Bool { get }

    /// Incremented when a server answers that may lack the last writes.
    var generation: Int { get }

    /// Sends one command; an error reply is a value.
    ///
    /// - Parameter key: a key of the command, if it has one.
    func reply(to command: ByteBuffer, key: String?, until deadline: NIODeadline) async throws(RedisError) -> RedisValue

    /// Sends commands in order.
    func replies(
        to commands: [[String]],
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome]

    /// Sends commands contiguously over one connection to the key's server.
    ///
    /// Follows a moved slot once, with all commands. While a slot migrates, only the first command may name the key, and
    /// commands without a key run on both nodes.
    func replies(
        to commands: ByteBuffer,
        count: Int,
        key: String,
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome]

    func nodes() async throws(RedisError) -> [Node]

    var subscriptionKind: SubscriptionKind { get }

    /// The server that currently owns a key or a channel.
    func server(of key: String) async throws(RedisError) -> RedisEndpoint
}
