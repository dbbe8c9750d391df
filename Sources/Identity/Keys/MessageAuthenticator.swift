import COpenSSL
import Synchronization

/// HMAC-SHA256 with one key (RFC 2104), on pooled libcrypto contexts.
///
/// A context serves one call at a time. The lock is held only to take a context from the pool or return it, never while
/// it computes.
final class MessageAuthenticator: Sendable {
    /// Size of a tag in bytes.
    static let tagCount = 32

    private let free = Mutex<[Context]>([])
    private let key: [UInt8]

    /// One `EVP_MAC_CTX`, by its address.
    ///
    /// Stored as a number so that it is Sendable; a context taken from the pool has one user until it is returned.
    private struct Context: Sendable {
        let address: UInt

        var pointer: OpaquePointer? { OpaquePointer(bitPattern: self.address) }
    }

    init(key: [UInt8]) throws {
        self.key = key
        // Created eagerly, so that a libcrypto without HMAC fails at startup.
        let first = try Self.makeContext(key: key)
        self.free.withLock { $0.append(first) }
    }

    deinit {
        self.free.withLock { contexts in
            for context in contexts { EVP_MAC_CTX_free(context.pointer) }
        }
    }

    /// Compares in constant time.
    func isTag(_ tag: UnsafeBufferPointer<UInt8>, of message: UnsafeBufferPointer<UInt8>) throws -> Bool {
        guard tag.count == Self.tagCount else { return false }
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.tagCount) { computed in
            try self.compute(message, into: computed)
            return CRYPTO_memcmp(computed.baseAddress, tag.baseAddress, Self.tagCount) == 0
        }
    }

    func tag(of message: [UInt8]) throws -> [UInt8] {
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.tagCount) { computed in
            try message.withUnsafeBufferPointer { try self.compute($0, into: computed) }
            return Array(computed)
        }
    }

    private func compute(_ message: UnsafeBufferPointer<UInt8>, into tag: UnsafeMutableBufferPointer<UInt8>) throws {
        let context = try self.free.withLock { $0.popLast() } ?? Self.makeContext(key: self.key)
        var count = 0
        // Without a key the context is reset and keeps its key.
        let done =
            EVP_MAC_init(context.pointer, nil, 0, nil) == 1
            && EVP_MAC_update(context.pointer, message.baseAddress, message.count) == 1
            && EVP_MAC_final(context.pointer, tag.baseAddress, &count, Self.tagCount) == 1
        guard done, count == Self.tagCount else {
            EVP_MAC_CTX_free(context.pointer)
            throw IdentityError(.cryptography, "libcrypto could not compute a signature.")
        }
        self.free.withLock { $0.append(context) }
    }

    private static func makeContext(key: [UInt8]) throws -> Context {
        guard let mac = EVP_MAC_fetch(nil, "HMAC", nil) else {
            throw IdentityError(.cryptography, "libcrypto has no HMAC.")
        }
        defer { EVP_MAC_free(mac) }
        guard let context = EVP_MAC_CTX_new(mac) else {
            throw IdentityError(.cryptography, "libcrypto could not create a context.")
        }
        var digest = Array("SHA256".utf8CString)
        let initialised = digest.withUnsafeMutableBufferPointer { name in
            let parameters = [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return EVP_MAC_init(context, key, key.count, parameters)
        }
        guard initialised == 1 else {
            EVP_MAC_CTX_free(context)
            throw IdentityError(.cryptography, "libcrypto rejected the key.")
        }
        return Context(address: UInt(bitPattern: context))
    }
}
