/// A key's slot among the 16,384 of a Cluster (Redis Cluster specification, "Key distribution model").
enum HashSlot {
    static let count = 16384

    /// CRC16 of the hash tag, the text within the first braces, or of the whole key.
    static func of(_ key: String) -> Int {
        let utf8 = key.utf8
        if let open = utf8.firstIndex(of: UInt8(ascii: "{")) {
            let start = utf8.index(after: open)
            if let end = utf8[start...].firstIndex(of: UInt8(ascii: "}")), end > start {
                return Int(Self.crc16(utf8[start..<end])) % Self.count
            }
        }
        return Int(Self.crc16(utf8)) % Self.count
    }

    /// CRC-16/XMODEM: polynomial 0x1021, initial value 0.
    static func crc16(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0) { crc, byte in crc << 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: crc >> 8) ^ byte)] }
    }

    private static let table: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
    }
}
