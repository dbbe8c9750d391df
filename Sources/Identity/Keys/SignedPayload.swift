import Encodings

/// Signs payloads that pass through browsers and clients, and verifies them when they return.
///
/// Payloads are signed, not encrypted. Each purpose has its own key, derived from the signing key.
public struct SignedPayload: Sendable {
    private let current: MessageAuthenticator
    private let previous: MessageAuthenticator?

    /// Signs with the current key; also accepts the previous key during rotation.
    ///
    /// - Throws: ``IdentityError`` with `.cryptography`.
    public init(current: SigningKey, previous: SigningKey?, purpose: String) throws {
        self.current = try MessageAuthenticator(key: current.derived(for: "seal \(purpose)", count: 32))
        self.previous = try previous.map {
            try MessageAuthenticator(key: $0.derived(for: "seal \(purpose)", count: 32))
        }
    }

    /// Payload and signature in base64url, separated by a dot.
    public func sign(_ payload: some Collection<UInt8>) throws -> String {
        let payload = Array(payload)
        return "\(Base64URL.encode(payload)).\(Base64URL.encode(try self.current.tag(of: payload)))"
    }

    /// The payload of a signed text; `nil` if the signature is invalid.
    public func verify(_ text: String) throws -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 16384, parts.count == 2, let payload = Base64URL.decode(parts[0]),
            let tag = Base64URL.decode(parts[1])
        else { return nil }
        let isValid = try payload.withUnsafeBufferPointer { payload in
            try tag.withUnsafeBufferPointer { tag in
                if try self.current.isTag(tag, of: payload) { return true }
                return try self.previous?.isTag(tag, of: payload) ?? false
            }
        }
        return isValid ? payload : nil
    }
}
