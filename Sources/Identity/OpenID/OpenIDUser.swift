import Crypto
import Encodings

/// A user as identified by the provider.
public struct OpenIDUser: Hashable, Sendable {
    /// The user's id in Carrel.
    public let id: UserID
    /// The provider's `sub`.
    public let subject: String
    /// For pages.
    public let name: String?

    private static let mappedPrefix = "oidc-"

    /// A `sub` that is a valid user id is used as it is; any other is replaced by a digest of issuer and `sub`.
    ///
    /// A `sub` that looks like such a digest is hashed too, so that it cannot collide with another user.
    init(subject: String, name: String?, issuer: String) throws {
        guard (1...255).contains(subject.utf8.count) else {
            throw IdentityError(.notProven, "The provider sent no user.")
        }
        self.subject = subject
        self.name = name.map { String($0.prefix(bytes: 400).prefix(100)) }
        if !subject.hasPrefix(Self.mappedPrefix), let id = Self.plain(subject) {
            self.id = id
        } else {
            let digest = SHA256.hash(data: Array("\(issuer)\n\(subject)".utf8)).prefix(16)
            self.id = try UserID(Self.mappedPrefix + Hex.encode(digest))
        }
    }

    private static func plain(_ subject: String) -> UserID? {
        do {
            return try UserID(subject)
        } catch {
            return nil
        }
    }
}
