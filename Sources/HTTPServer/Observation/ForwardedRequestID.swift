import Hummingbird

/// The id of a request that a proxy has given it, so that its lines and ours can be told to be of one request.
enum ForwardedRequestID {
    private static let longest = 64

    /// The id, where it can stand in a log: letters, digits, `-`, `_` and `.`.
    static func valid(_ text: String?) -> String? {
        guard let text, (1...Self.longest).contains(text.utf8.count),
            text.utf8.allSatisfy({
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || [45, 46, 95].contains($0)
            })
        else { return nil }
        return text
    }
}

extension CarrelRequestContext {
    /// What Hummingbird keeps a request's id under.
    static let requestIDKey = "hb.request.id"
}
