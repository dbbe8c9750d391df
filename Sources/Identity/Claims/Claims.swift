import Crypto

/// The claims of a token whose signature is good (RFC 7519, section 4.1).
struct Claims: Sendable {
    private var subject: String?
    private var expiry: Double?
    private var notBefore: Double?
    private var audiences: [String]?
    private var tokenID: String?
    private var clientID: String?
    private var grantID: String?
    private var familyID: String?
    private var folders: [String]?
    private var scopes = ScopeSet.all
    private var issuedAt: Int64?

    /// Clocks may differ by this many seconds before a token counts as not yet valid.
    private static let leeway: Int64 = 30

    init(_ members: [(name: String, value: ClaimValue)]) throws {
        for (name, value) in members {
            switch (name, value) {
            case ("sub", .string(let text)): self.subject = text
            case ("exp", .number(let number)): self.expiry = number
            case ("nbf", .number(let number)): self.notBefore = number
            case ("iat", .number(let number)): self.issuedAt = Self.seconds(number)
            case ("aud", .string(let text)): self.audiences = [text]
            case ("aud", .strings(let texts)): self.audiences = texts
            case ("jti", .string(let text)) where (1...256).contains(text.utf8.count): self.tokenID = text
            case ("scope", .string(let text)): self.scopes = ScopeSet(text)
            case ("client_id", .string(let text)): self.clientID = text
            case ("grant", .string(let text)) where (1...256).contains(text.utf8.count): self.grantID = text
            case ("family", .string(let text)) where (1...256).contains(text.utf8.count): self.familyID = text
            case ("folders", .strings(let texts)) where !texts.isEmpty: self.folders = texts
            case ("iss", .string): break
            case ("sub", _), ("exp", _), ("nbf", _), ("iat", _), ("aud", _), ("jti", _), ("scope", _),
                ("client_id", _), ("grant", _), ("family", _), ("folders", _), ("iss", _):
                throw IdentityError(.invalidClaim, "The token's claim '\(name)' is not of its type.")
            default: break
            }
        }
    }

    /// When the token ends; whoever is past `exp`, even within its second, is refused.
    private var expiresAt: Int64 { self.expiry.map { Self.seconds($0) } ?? 0 }

    /// Refuses a token that is not good now, or not here.
    func check(audience: String, now: Int64) throws {
        guard let expiry = self.expiry else {
            throw IdentityError(.invalidClaim, "The token has no 'exp': it would never end.")
        }
        guard Double(now) < expiry else { throw IdentityError(.expired, "The token has expired; get a new one.") }
        if let notBefore = self.notBefore, Double(now + Self.leeway) < notBefore {
            throw IdentityError(.notYetValid, "The token is not valid yet.")
        }
        if let audiences = self.audiences, !audiences.contains(audience) {
            throw IdentityError(.wrongAudience, "The token is for another server.")
        }
    }

    /// Whose claims these are; a token without `jti` is named by its SHA-256 in hex.
    func principal(of token: UnsafeBufferPointer<UInt8>) throws -> Principal {
        guard let subject = self.subject else {
            throw IdentityError(.invalidClaim, "The token has no 'sub': it names no user.")
        }
        return Principal(
            user: try UserID(subject),
            scopes: self.scopes,
            tokenID: self.tokenID ?? Self.digest(token),
            issuedAt: self.issuedAt,
            expiresAt: self.expiresAt,
            clientID: self.clientID,
            grantID: self.grantID,
            familyID: self.familyID,
            folders: self.folders
        )
    }

    private static func digest(_ token: UnsafeBufferPointer<UInt8>) -> String {
        SHA256.hash(data: UnsafeRawBufferPointer(token)).map { byte in
            byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }.joined()
    }

    /// Whole seconds, and the nearest there are for times beyond counting.
    private static func seconds(_ number: Double) -> Int64 {
        Int64(exactly: number.rounded(.down)) ?? (number < 0 ? Int64.min : Int64.max)
    }
}
