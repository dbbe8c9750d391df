/// The end of a page of a list that is ordered by a number, largest first, then by a text.
struct PageCursor {
    /// What is listed: a cursor of another list is refused.
    enum List: String {
        case backlinks, tags
    }

    let list: List
    let number: Int
    let key: String

    init(_ list: List, number: Int, key: String) {
        self.list = list
        self.number = number
        self.key = key
    }

    /// Parses a cursor that a caller sent back.
    init(_ text: String, _ list: List) throws {
        let parts = CursorText.decode(text)?.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard let parts, parts.count == 3, parts[0] == list.rawValue, let number = Int(parts[1]) else {
            throw VaultError(.validationError, "the cursor is not one of this list")
        }
        self.init(list, number: number, key: String(parts[2]))
    }

    var text: String { CursorText.encode("\(self.list.rawValue)\n\(self.number)\n\(self.key)") }
}
