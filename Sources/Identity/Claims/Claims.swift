import Crypto
import Encodings

/// The claims of a token whose signature is verified (RFC 7519, section 4.1).
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

    /// Allowed clock skew for `nbf`, in seconds.
    private static let leeway: Int64 = 30

    init(_ members: JSONObject) throws {
        for (name, value) in members { try self.read(name, value) }
    }

    private mutating func read(_ name: String, _ value: JSONValue) throws {
        switch name {
        case "sub": self.subject = try Self.text(value, of: name)
        case "exp": self.expiry = try Self.number(value, of: name)
        case "nbf": self.notBefore = try Self.number(value, of: name)
        case "iat": self.issuedAt = Self.seconds(try Self.number(value, of: name))
        case "aud": self.audiences = try value.stringValue.map { [$0] } ?? Self.texts(value, of: name)
        case "jti": self.tokenID = try Self.identifier(value, of: name)
        case "scope": self.scopes = ScopeSet(try Self.text(value, of: name))
        case "client_id": self.clientID = try Self.text(value, of: name)
        case "grant": self.grantID = try Self.identifier(value, of: name)
        case "family": self.familyID = try Self.identifier(value, of: name)
        case "folders":
            let folders = try Self.texts(value, of: name)
            guard !folders.isEmpty else { throw Self.wrongType(name) }
            self.folders = folders
        case "iss": _ = try Self.text(value, of: name)
        default: break
        }
    }

    private static func text(_ value: JSONValue, of claim: String) throws -> String {
        guard let text = value.stringValue else { throw Self.wrongType(claim) }
        return text
    }

    private static func identifier(_ value: JSONValue, of claim: String) throws -> String {
        let text = try Self.text(value, of: claim)
        guard (1...256).contains(text.utf8.count) else { throw Self.wrongType(claim) }
        return text
    }

    private static func texts(_ value: JSONValue, of claim: String) throws -> [String] {
        guard let values = value.arrayValue else { throw Self.wrongType(claim) }
        return try values.map { try Self.text($0, of: claim) }
    }

    private static func number(_ value: JSONValue, of claim: String) throws -> Double {
        guard let number = value.doubleValue else { throw Self.wrongType(claim) }
        return number
    }

    private static func wrongType(_ claim: String) -> IdentityError {
        IdentityError(.invalidClaim, "The token's claim '\(claim)' has the wrong type.")
    }

    /// The first second at which the token is expired (RFC 7519, section 4.1.4).
    private var expiresAt: Int64 { self.expiry.map { Self.seconds($0) } ?? 0 }

    /// Validates expiry, `nbf` and audience.
    func validate(audience: String, now: Int64) throws {
        guard let expiry = self.expiry else {
            throw IdentityError(.invalidClaim, "The token has no 'exp': it would never expire.")
        }
        guard Double(now) < expiry else { throw IdentityError(.expired, "The token has expired; get a new one.") }
        if let notBefore = self.notBefore, Double(now + Self.leeway) < notBefore {
            throw IdentityError(.notYetValid, "The token is not valid yet.")
        }
        if let audiences = self.audiences, !audiences.contains(audience) {
            throw IdentityError(.wrongAudience, "The token is for another server.")
        }
    }

    /// The principal the claims name; the id of a token without `jti` is its SHA-256 in hex.
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
        Hex.encode(SHA256.hash(data: UnsafeRawBufferPointer(token)))
    }

    /// Whole seconds, clamped to the range of Int64.
    private static func seconds(_ number: Double) -> Int64 {
        Int64(exactly: number.rounded(.down)) ?? (number < 0 ? Int64.min : Int64.max)
    }
}
