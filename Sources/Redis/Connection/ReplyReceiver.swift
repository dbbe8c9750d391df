/// Receives the replies of a connection; called on its event loop.
protocol ReplyReceiver: Sendable {
    /// Receives the replies of one read; throwing closes the connection.
    func received(_ values: [RedisValue]) throws(RedisError)

    /// Called periodically to check for late replies.
    func checkDeadline()

    /// Called when no further replies will arrive.
    func fail(_ error: RedisError)
}
