/// The end of a page of hits.
struct SearchCursor {
    /// How many hits there are on the pages before.
    let offset: Int
    /// Whether notes with any of the words are listed, for want of one with all.
    let matchingAny: Bool

    private static let maxOffset = 10_000

    init(offset: Int, matchingAny: Bool) {
        self.offset = offset
        self.matchingAny = matchingAny
    }

    /// Parses a cursor that a caller sent back.
    init(_ text: String) throws {
        let parts = CursorText.decode(text)?.split(separator: "\n")
        guard let parts, parts.count == 3, parts[0] == "search", let offset = Int(parts[1]),
            (0...Self.maxOffset).contains(offset)
        else { throw VaultError(.validationError, "the cursor is not one of a search") }
        self.offset = offset
        self.matchingAny = parts[2] == "any"
    }

    /// The cursor as a text; `nil` where no more pages are given out.
    var text: String? {
        guard self.offset <= Self.maxOffset else { return nil }
        return CursorText.encode("search\n\(self.offset)\n\(self.matchingAny ? "any" : "all")")
    }
}
