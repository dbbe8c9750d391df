/// Base64 with the URL-safe alphabet, without padding (RFC 4648, section 5).
public enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The value of each byte; 255 for bytes outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in Self.alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    /// The encoded bytes.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(Self.alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { text.append(Self.alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes strictly into `bytes`: no padding, no other alphabet, no bits left over.
    ///
    /// - Returns: the number of bytes written, or `nil` for invalid text and for too little room.
    public static func decode(_ text: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableBufferPointer<UInt8>) -> Int?
    {
        guard text.count % 4 != 1, bytes.count >= Self.decodedCount(text.count) else { return nil }  // bounded: bytes
        var bits: UInt32 = 0
        var count = 0
        var written = 0
        return Self.values.withUnsafeBufferPointer { values -> Int? in
            for byte in text {
                let value = values[Int(byte)]
                guard value != 255 else { return nil }
                bits = bits << 6 | UInt32(value)
                count += 6
                if count >= 8 {
                    count -= 8
                    bytes[written] = UInt8(truncatingIfNeeded: bits >> UInt32(count))
                    written += 1
                }
            }
            return bits & ((1 << UInt32(count)) - 1) == 0 ? written : nil
        }
    }

    /// The bytes of a whole text, or `nil` for text that is not strictly base64url.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let text = Array(text.utf8)
        var isValid = false
        // bounded: bytes
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.decodedCount(text.count)) { bytes, count in
            guard let written = text.withUnsafeBufferPointer({ Self.decode($0, into: bytes) }) else { return }
            isValid = true
            count = written
        }
        return isValid ? bytes : nil
    }

    /// Whether a byte is a character of the alphabet.
    public static func contains(_ byte: UInt8) -> Bool {
        Self.values[Int(byte)] != 255
    }

    private static func decodedCount(_ count: Int) -> Int { count * 3 / 4 }
}
