import Encodings

/// Makes texts that only this server can have made, for what travels through a browser or lies with a client.
///
/// The payload is not secret, only proven. Each purpose has a key of its own, derived from the signing key.
public struct Seal: Sendable {
    private let current: MessageAuthenticator
    private let previous: MessageAuthenticator?

    /// Seals with a key, and opens what the key before it has sealed while keys rotate.
    ///
    /// - Throws: ``IdentityError`` when libcrypto does not work.
    public init(current: SigningKey, previous: SigningKey?, purpose: String) throws {
        self.current = try MessageAuthenticator(key: current.derived(for: "seal \(purpose)", count: 32))
        self.previous = try previous.map {
            try MessageAuthenticator(key: $0.derived(for: "seal \(purpose)", count: 32))
        }
    }

    /// The payload with its proof: two base64url texts with a dot between them.
    public func seal(_ payload: some Collection<UInt8>) throws -> String {
        let payload = Array(payload)
        return "\(Base64URL.encode(payload)).\(Base64URL.encode(try self.current.tag(of: payload)))"
    }

    /// The payload of a text that this server has sealed, and `nil` of any other text.
    public func open(_ text: String) throws -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 16384, parts.count == 2, let payload = Base64URL.decode(parts[0]),
            let tag = Base64URL.decode(parts[1])
        else { return nil }
        let isGood = try payload.withUnsafeBufferPointer { payload in
            try tag.withUnsafeBufferPointer { tag in
                if try self.current.isTag(tag, of: payload) { return true }
                return try self.previous?.isTag(tag, of: payload) ?? false
            }
        }
        return isGood ? payload : nil
    }
}
