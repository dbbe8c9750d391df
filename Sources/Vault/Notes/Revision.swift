internal import Crypto
internal import Encodings

/// The name of a note's state: the first 16 hexadecimal digits of the SHA-256 of its file's bytes.
enum Revision {
    static func of(_ bytes: [UInt8]) -> String { Hex.encode(SHA256.hash(data: bytes).prefix(8)) }
}
