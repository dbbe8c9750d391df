/// Texts in the characters that may stand anywhere, for cursors.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encoded(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count * 4 / 3 + 3)
        var bits = 0
        var count = 0
        for byte in text.utf8 {
            bits = (bits << 8 | Int(byte)) & 0xFFFF
            count += 8
            while count >= 6 {
                count -= 6
                result.append(self.alphabet[bits >> count & 63])
            }
        }
        if count > 0 { result.append(self.alphabet[bits << (6 - count) & 63]) }
        return String(decoding: result, as: UTF8.self)
    }

    /// - Returns: the text, or `nil` where this is none in these characters.
    static func decoded(_ text: String) -> String? {
        guard text.utf8.count <= 8192 else { return nil }
        var result: [UInt8] = []
        var bits = 0
        var count = 0
        for byte in text.utf8 {
            guard let value = self.value(byte) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func value(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 48 + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
