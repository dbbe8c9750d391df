import Crypto

/// A Lua script that Redis keeps and calls by its SHA-1.
public struct RedisScript: Sendable {
    /// The source.
    let source: String
    /// The name Redis calls it by: SHA-1 in hex.
    let digest: String

    /// Takes a script in UTF-8.
    public init(_ source: [UInt8]) {
        self.source = String(decoding: source, as: UTF8.self)
        self.digest = Insecure.SHA1.hash(data: source).map { byte in
            byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }.joined()
    }
}
