/// The 32 bytes of a verified HMAC-SHA256.
struct SignatureTag: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        let raw = UnsafeRawBufferPointer(bytes)
        self.words = (
            raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    static func == (left: SignatureTag, right: SignatureTag) -> Bool {
        left.words == right.words
    }

    func hash(into hasher: inout Hasher) {
        // HMAC output is uniformly distributed.
        hasher.combine(self.words.0)
    }
}
