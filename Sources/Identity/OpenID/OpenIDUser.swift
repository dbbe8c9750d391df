import Crypto
import Encodings

/// Who somebody is, as the provider says.
public struct OpenIDUser: Hashable, Sendable {
    /// The user here.
    public let id: UserID
    /// The provider's `sub`.
    public let subject: String
    /// What the user is called, for pages.
    public let name: String?

    private static let mappedPrefix = "oidc-"

    /// Makes a user of what a provider says.
    ///
    /// A `sub` that has the shape of a user id is the user; any other stands behind a digest of it and its provider. One
    /// that looks like such a digest is digested too, so that nobody can choose to be somebody else.
    init(subject: String, name: String?, issuer: String) throws {
        guard (1...255).contains(subject.utf8.count) else {
            throw IdentityError(.notProven, "The provider names no user.")
        }
        self.subject = subject
        self.name = name.map { String($0.prefix(100)) }
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
