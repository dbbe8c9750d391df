/// What becomes of the replies on a connection; called on its event loop.
protocol ReplyReceiver: Sendable {
    /// Takes the replies that came at once; an error ends the connection.
    func received(_ values: [RedisValue]) throws(RedisError)

    /// Looks, now and then, whether something is late.
    func checkDeadline()

    /// Told that no more replies will come.
    func fail(_ error: RedisError)
}
