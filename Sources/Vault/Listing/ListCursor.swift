/// The end of a page of a list.
struct ListCursor {
    private let sort: NoteSort
    private let path: String
    private let title: String
    private let updated: Int

    init(_ note: NoteSummary, _ sort: NoteSort) {
        self.sort = sort
        self.path = note.path
        self.title = sort == .title ? PathOrder.key(note.title) : ""
        self.updated = sort == .updated ? note.updated : 0
    }

    /// Parses a cursor that a caller sent back.
    init(_ text: String, sort: NoteSort) throws {
        let parts = CursorText.decode(text)?.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard let parts, parts.count == 3, parts[0] == sort.rawValue else {
            throw VaultError(.validationError, "the cursor is not one of this list")
        }
        self.sort = sort
        self.updated = sort == .updated ? Int(parts[1]) ?? 0 : 0
        self.path = String(parts[2])
        self.title = sort == .title ? String(parts[1]) : ""
    }

    var text: String {
        let key: String
        switch self.sort {
        case .path: key = ""
        case .title: key = self.title
        case .updated: key = String(self.updated)
        }
        return CursorText.encode("\(self.sort.rawValue)\n\(key)\n\(self.path)")
    }

    func bind(to statement: borrowing HotStatement, with binder: inout Binder) {
        switch self.sort {
        case .path: binder.bind(PathOrder.key(self.path), to: statement)
        case .title: binder.bind(self.title, to: statement)
        case .updated:
            binder.bind(self.updated, to: statement)
            binder.bind(self.updated, to: statement)
        }
        binder.bind(self.path, to: statement)
    }
}
