/// One of the refresh tokens of a grant, which follow each other by number.
///
/// The text proves by itself that this server made it, so nothing secret lies in the shared state, and whoever guesses
/// can end nobody's grant. Two racing clients that show the same token get the same next one.
public struct RefreshToken: Hashable, Sendable {
    /// Whose grant it is.
    public let user: UserID
    /// The grant.
    public let grant: String
    /// How many there were before it.
    public let number: Int

    /// Describes a token.
    public init(user: UserID, grant: String, number: Int) {
        self.user = user
        self.grant = grant
        self.number = number
    }

    private static let prefix = "crt_"

    /// Takes a text; `nil` where it is no token that a seal of this server was put on.
    public init?(_ text: String, seal: Seal) throws {
        guard text.hasPrefix(Self.prefix), let payload = try seal.open(String(text.dropFirst(Self.prefix.count))) else {
            return nil
        }
        let words = String(decoding: payload, as: UTF8.self).split(separator: " ")
        guard words.count == 3, let number = Int(words[2]) else { return nil }
        self.init(user: try UserID(String(words[0])), grant: String(words[1]), number: number)
    }

    /// The text that a client is given.
    public func text(seal: Seal) throws -> String {
        Self.prefix + (try seal.seal("\(self.user) \(self.grant) \(self.number)".utf8))
    }
}
