import Encodings

/// Verifies JWTs signed with HS256 (RFC 7519, RFC 8725); does not check revocation.
///
/// Checks structure and header, then the signature in constant time, then the claims: errors reveal nothing about claims
/// before the signature is verified.
///
/// Signature and timestamps are checked every time. Parsed claims are cached by signature, which cannot be forged for
/// other claims without the key.
public final class TokenVerifier: Sendable {
    private let current: Key
    private let previous: Key?
    private let audience: String
    private let now: @Sendable () -> Int64
    private let known = KnownTokens()

    private struct Key: Sendable {
        let id: [UInt8]
        let authenticator: MessageAuthenticator

        init(_ key: SigningKey) throws {
            self.id = Array(key.id.utf8)
            self.authenticator = try MessageAuthenticator(key: key.secret)
        }
    }

    /// Longer tokens are rejected, in bytes.
    public static let maxTokenBytes = 8192

    /// Accepts the current and, during rotation, the previous key.
    ///
    /// - Parameters:
    ///   - audience: required in `aud`, if a token has one.
    ///   - now: seconds since 1970.
    public init(
        current: SigningKey,
        previous: SigningKey?,
        audience: String,
        now: @escaping @Sendable () -> Int64
    ) throws {
        self.current = try Key(current)
        self.previous = try previous.map { try Key($0) }
        self.audience = audience
        self.now = now
    }

    /// The principal of a valid token.
    ///
    /// - Throws: ``IdentityError`` with the reason of the rejection.
    public func verify(_ token: some StringProtocol) throws -> Principal {
        if let principal = try token.utf8.withContiguousStorageIfAvailable({ try self.verify($0) }) { return principal }
        return try Array(token.utf8).withUnsafeBufferPointer { try self.verify($0) }
    }

    private func verify(_ token: UnsafeBufferPointer<UInt8>) throws -> Principal {
        guard token.count <= Self.maxTokenBytes else { throw Self.malformed }  // bounded: bytes
        let dot = UInt8(ascii: ".")
        guard let first = token.firstIndex(of: dot), let last = token.lastIndex(of: dot), first < last,
            token[(first + 1)..<last].firstIndex(of: dot) == nil
        else { throw Self.malformed }

        let header = UnsafeBufferPointer(rebasing: token[..<first])
        let claims = UnsafeBufferPointer(rebasing: token[(first + 1)..<last])
        let signature = UnsafeBufferPointer(rebasing: token[(last + 1)...])
        let message = UnsafeBufferPointer(rebasing: token[..<last])
        let tag = try self.tag(signature, of: message, keys: try self.keys(header: header))
        if let known = self.known[tag] {
            try known.claims.validate(audience: self.audience, now: self.now())
            return known.principal
        }
        return try Self.decoding(claims) { bytes in
            let claims = try Claims(Self.scan(bytes))
            try claims.validate(audience: self.audience, now: self.now())
            let principal = try claims.principal(of: token)
            self.known.remember(tag, claims: claims, principal: principal)
            return principal
        }
    }

    /// The keys to try; throws unless the header names HS256 and no unknown critical extension.
    private func keys(header: UnsafeBufferPointer<UInt8>) throws -> (Key, Key?) {
        if self.known.isCurrentHeader(header) { return (self.current, nil) }
        return try Self.decoding(header) { bytes in
            var algorithm: JSONValue?
            var kid: String?
            for (name, value) in try Self.scan(bytes) {
                switch (name, value) {
                case ("alg", _): algorithm = value
                case ("kid", .string(let text)): kid = text
                case ("typ", .string(let type)) where ["jwt", "at+jwt"].contains(type.lowercased()): break
                // A critical extension (RFC 7515, section 4.1.11), or a member of the wrong type.
                case ("crit", _), ("kid", _), ("typ", _), ("b64", _): throw Self.malformed
                default: break
                }
            }
            guard algorithm == .string("HS256") else {
                throw IdentityError(.unsupportedAlgorithm, "The token is not signed with HS256.")
            }
            guard let kid else { return (self.current, self.previous) }
            if self.current.id.elementsEqual(kid.utf8) {
                self.known.rememberCurrentHeader(header)
                return (self.current, nil)
            }
            if let previous = self.previous, previous.id.elementsEqual(kid.utf8) { return (previous, nil) }
            throw IdentityError(.unknownKey, "The token is signed with a key that this server does not have.")
        }
    }

    /// Decodes and verifies the signature.
    private func tag(
        _ signature: UnsafeBufferPointer<UInt8>,
        of message: UnsafeBufferPointer<UInt8>,
        keys: (Key, Key?)
    ) throws -> SignatureTag {
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: MessageAuthenticator.tagCount + 3) { bytes in
            guard signature.count == 43, let count = Base64URL.decode(signature, into: bytes) else {
                throw IdentityError(.badSignature, "The token's signature is not valid.")
            }
            let tag = UnsafeBufferPointer(rebasing: bytes[..<count])
            if try keys.0.authenticator.isTag(tag, of: message) { return SignatureTag(tag) }
            if let other = keys.1, try other.authenticator.isTag(tag, of: message) { return SignatureTag(tag) }
            throw IdentityError(.badSignature, "The token's signature is not valid.")
        }
    }

    private static func decoding<Value>(
        _ segment: UnsafeBufferPointer<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Value
    ) throws -> Value {
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: segment.count + 1) { bytes in
            guard let count = Base64URL.decode(segment, into: bytes) else { throw Self.malformed }
            return try body(UnsafeBufferPointer(rebasing: bytes[..<count]))
        }
    }

    private static let maxDepth = 9

    /// Headers and claims are strict JSON objects without duplicate names (RFC 7519, section 7.2).
    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes, deepest: Self.maxDepth)
        } catch {
            throw Self.malformed
        }
        guard let members = value.objectValue else { throw Self.malformed }
        return members
    }

    private static var malformed: IdentityError { IdentityError(.malformed, "The text is not a token of this server.") }
}
