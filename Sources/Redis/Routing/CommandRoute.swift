import NIOCore

/// Brings commands to the servers that they are for.
protocol CommandRoute: Sendable {
    /// Keeps connections up until it is cancelled.
    func run() async

    var isConnected: Bool { get }

    /// Grows whenever a server answers that may lack what another one had.
    var generation: Int { get }

    /// Sends one command; an error that Redis answers with is a value.
    ///
    /// - Parameter key: a key of the command, where it has one.
    func reply(to command: ByteBuffer, key: String?, until deadline: NIODeadline) async throws(RedisError) -> RedisValue

    /// Sends commands in their order.
    func replies(
        to commands: [[String]],
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome]

    /// Sends commands in one piece, over one connection, to where a key lives now.
    ///
    /// A move of it is followed once, with all commands; where the slot is only on its way, just the first command may
    /// name the key. What does not name it runs at both places then.
    func replies(
        to commands: ByteBuffer,
        count: Int,
        key: String,
        until deadline: NIODeadline
    ) async throws(RedisError) -> [PendingReply.Outcome]

    /// All servers that own keys.
    func nodes() async throws(RedisError) -> [Node]

    /// How channels are subscribed to here.
    var subscriptionKind: SubscriptionKind { get }

    /// The server that a key or a channel lives on now.
    func server(of key: String) async throws(RedisError) -> RedisEndpoint
}
