/// The end of a page of hits.
///
/// The next page goes on behind the last hit, wherever that ranks by then: writes to other notes change all scores.
struct SearchCursor {
    /// A hit at the end of the pages before.
    struct Anchor {
        let path: String
        /// A note that has changed since may rank anywhere.
        let revision: String
    }

    /// How many hits there are on the pages before.
    let offset: Int
    /// Whether notes with any of the words are listed, for want of one with all.
    let matchingAny: Bool
    /// The time of the first page, from which the age of notes counts, in milliseconds since 1970.
    let now: Int
    /// The last hits, the last one first: where it is gone, the one before it stands in.
    let anchors: [Anchor]

    private static let maxOffset = 10_000
    private static let maxAnchors = 2
    /// Far beyond any time that a page is asked for, and far from an overflow.
    private static let maxTime = 1 << 53

    init(offset: Int, matchingAny: Bool, now: Int, anchors: [Anchor] = []) {
        self.offset = offset
        self.matchingAny = matchingAny
        self.now = now
        self.anchors = anchors
    }

    /// Parses a cursor that a caller sent back.
    init(_ text: String) throws {
        let parts = (CursorText.decode(text)?.split(separator: "\n") ?? []).map(String.init)
        guard parts.count >= 4, parts[0] == "search", let offset = Int(parts[1]), (0...Self.maxOffset).contains(offset),
            let now = Int(parts[3]), (0...Self.maxTime).contains(now)
        else { throw VaultError(.validationError, "the cursor is not one of a search") }
        self.offset = offset
        self.matchingAny = parts[2] == "any"
        self.now = now
        // bounded: a list
        let anchors = stride(from: 4, to: parts.count - 1, by: 2).prefix(Self.maxAnchors)
        self.anchors = anchors.map { Anchor(path: parts[$0 + 1], revision: parts[$0]) }
    }

    /// The cursor behind further hits.
    func advanced(by hits: [Anchor]) -> SearchCursor {
        // bounded: a list
        let last = hits.suffix(Self.maxAnchors).reversed()
        return SearchCursor(
            offset: self.offset + hits.count,
            matchingAny: self.matchingAny,
            now: self.now,
            anchors: Array(last)
        )
    }

    /// The cursor as a text; `nil` where no more pages are given out.
    var text: String? {
        guard self.offset <= Self.maxOffset else { return nil }
        let anchors = self.anchors.map { "\n\($0.revision)\n\($0.path)" }.joined()
        return CursorText.encode("search\n\(self.offset)\n\(self.matchingAny ? "any" : "all")\n\(self.now)\(anchors)")
    }
}
