import Encodings
import Foundation
import Identity

/// What is known of a token that was issued to a user, without the token.
package struct TokenRecord: Sendable, Hashable {
    /// The `jti` of the token, or of the first of its family.
    package let id: String
    /// What its user calls it.
    package let name: String
    package let scopes: [String]
    /// The folders it is restricted to; `nil` for the whole vault.
    package let folders: [String]?
    /// When it was issued, in seconds since 1970.
    package let created: Int64
    /// When it ends, in seconds since 1970.
    package let expiresAt: Int64
    /// When it was last used, to about a minute.
    package var lastUsed: Int64?

    /// Cuts the name to 100 characters and 400 bytes.
    package init(
        id: String,
        name: String,
        scopes: [String],
        folders: [String]? = nil,
        created: Int64,
        expiresAt: Int64,
        lastUsed: Int64? = nil
    ) {
        self.id = id
        self.name = String(name.prefix(bytes: 400).prefix(100))
        self.scopes = scopes
        self.folders = folders
        self.created = created
        self.expiresAt = expiresAt
        self.lastUsed = lastUsed
    }

    /// The record in Redis, legible there; the name comes last, as it may hold anything.
    var text: String {
        let folders = self.folders.map { "|" + $0.map { PercentEncoding.encode($0) }.joined(separator: ",") } ?? ""
        return "\(self.created) \(self.expiresAt) \(self.scopes.joined(separator: ","))\(folders) \(self.name)"
    }

    init?(id: String, text: String) {
        let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 4, let created = Int64(words[0]), let expiresAt = Int64(words[1]) else { return nil }
        let allowed = words[2].split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            id: id,
            name: String(words[3]),
            scopes: allowed[0].split(separator: ",").map(String.init),
            folders: allowed.count == 1
                ? nil : allowed[1].split(separator: ",").map { $0.removingPercentEncoding ?? String($0) },
            created: created,
            expiresAt: expiresAt
        )
    }
}
