import Crypto
import Encodings

/// A Lua script that Redis caches by its SHA-1.
package struct RedisScript: Sendable {
    let source: String
    /// SHA-1 of the source in hex, for `EVALSHA`.
    let digest: String

    /// - Parameters:
    ///   - source: UTF-8.
    ///   - constants: local variables prepended to the source, so that they need not be sent with every call.
    package init(_ source: [UInt8], constants: KeyValuePairs<String, Int64> = [:]) {
        let lines = constants.map { "local \($0.key) = \($0.value)" }
        self.source = (lines + [String(decoding: source, as: UTF8.self)]).joined(separator: "\n")
        self.digest = Hex.encode(Insecure.SHA1.hash(data: Array(self.source.utf8)))
    }
}
