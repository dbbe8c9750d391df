import Crypto

/// A Lua script that Redis keeps and calls by its SHA-1.
public struct RedisScript: Sendable {
    /// The source.
    let source: String
    /// The name Redis calls it by: SHA-1 in hex.
    let digest: String

    /// Takes a script in UTF-8.
    ///
    /// - Parameter constants: numbers that the script finds as local variables; they are part of its source, so that they
    ///   need not be sent with every call.
    public init(_ source: [UInt8], constants: KeyValuePairs<String, Int64> = [:]) {
        let lines = constants.map { "local \($0.key) = \($0.value)" }
        self.source = (lines + [String(decoding: source, as: UTF8.self)]).joined(separator: "\n")
        self.digest = Insecure.SHA1.hash(data: Array(self.source.utf8)).map { byte in
            byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }.joined()
    }
}
