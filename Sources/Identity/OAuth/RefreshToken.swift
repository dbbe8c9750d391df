/// A refresh token of a grant, numbered in sequence.
///
/// The text is signed, so the shared state holds no secret, and a forged token cannot revoke a grant. Concurrent requests
/// with the same token get the same next one.
public struct RefreshToken: Hashable, Sendable {
    /// The user of the grant.
    public let user: UserID
    /// The grant's id.
    public let grant: String
    /// Position in the sequence, from 0.
    public let number: Int

    /// The token with a number.
    public init(user: UserID, grant: String, number: Int) {
        self.user = user
        self.grant = grant
        self.number = number
    }

    private static let prefix = "crt_"

    /// `nil` if the text is not a token signed by this server.
    public init?(_ text: String, signedBy signer: SignedPayload) throws {
        guard text.hasPrefix(Self.prefix), let payload = try signer.verify(String(text.dropFirst(Self.prefix.count)))
        else {
            return nil
        }
        let words = String(decoding: payload, as: UTF8.self).split(separator: " ")
        guard words.count == 3, let number = Int(words[2]) else { return nil }
        self.init(user: try UserID(String(words[0])), grant: String(words[1]), number: number)
    }

    /// The text for the client.
    public func text(signedBy signer: SignedPayload) throws -> String {
        Self.prefix + (try signer.sign("\(self.user) \(self.grant) \(self.number)".utf8))
    }
}
