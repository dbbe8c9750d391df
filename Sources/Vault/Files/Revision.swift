internal import Crypto

/// What a note's state is called: the first 16 hexadecimal digits of the SHA-256 of its file's bytes.
enum Revision {
    static func of(_ bytes: [UInt8]) -> String {
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(16)
        for byte in SHA256.hash(data: bytes).prefix(8) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
