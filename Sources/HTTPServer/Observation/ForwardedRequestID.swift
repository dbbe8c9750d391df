import Hummingbird

/// The request id set by a proxy, which lets its log lines be matched with ours.
enum ForwardedRequestID {
    private static let longest = 64

    /// `nil` for other characters than letters, digits, `-`, `_` and `.`, and for an empty or too long id.
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
    /// Hummingbird's metadata key of the request id.
    static let requestIDKey = "hb.request.id"
}
