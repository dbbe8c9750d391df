/// An element of a subscription's stream.
package enum RedisPush: Sendable, Hashable {
    /// Messages are received from now on; earlier ones, since the last received, may have been missed.
    ///
    /// The first element, and repeated after every interruption: a consumer that derives state from messages must reload
    /// it then.
    case listening(channel: String)
    case message(channel: String, payload: [UInt8])
}
