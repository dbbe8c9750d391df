/// How many bytes of texts the snippets of one page may look through.
struct SnippetBudget {
    /// Of one text: a hit further in is not shown.
    private static let mostOfText = 256 << 10
    private static let mostOfPage = 2 << 20

    private var left = Self.mostOfPage

    /// As much of a text as may be looked through, in whole characters.
    func part(of bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        // At least as much as a snippet shows.
        var end = min(bytes.count, max(min(self.left, Self.mostOfText), SnippetMaker.maxBytes))
        guard end < bytes.count else { return bytes }
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[..<end])
    }

    mutating func take(_ bytes: Int) { self.left -= bytes }
}
