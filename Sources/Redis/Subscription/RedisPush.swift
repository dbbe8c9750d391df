/// What a subscription brings.
public enum RedisPush: Sendable, Hashable {
    /// From here on messages on the channel come; any sent before, since the last that came, may have been missed.
    ///
    /// Comes first, and again after every interruption: whoever follows something by messages reads it anew then.
    case listening(channel: String)
    /// A message on a channel.
    case message(channel: String, payload: [UInt8])
}
