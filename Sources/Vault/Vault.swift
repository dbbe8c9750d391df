/// One user's notes, and never another's.
///
/// A value of this type is all that a handler is given: no user id and no path root.
public struct Vault: Sendable {
    /// Whose notes these are.
    public let user: String
    private let folder: UserFolder
    private let store: VaultStore

    init(user: String, folder: UserFolder, store: VaultStore) {
        self.user = user
        self.folder = folder
        self.store = store
    }

    /// Lists notes.
    ///
    /// - Throws: ``VaultError``.
    public func list(_ query: NoteQuery) async throws -> NotePage {
        let listing = try NoteListing(query)
        return try await self.store.reading(self.user, self.folder) { try listing.page($0.index) }
    }

    /// Reads a note.
    ///
    /// - Throws: ``VaultError``; with ``VaultError/Code/notFound`` it says what may have been meant.
    public func read(_ path: String) async throws -> Note {
        let path = try NotePath(path)
        return try await self.store.reading(self.user, self.folder) { try $0.index.note(try $0.note(path)) }
    }

    /// Creates a note or replaces its text.
    ///
    /// Frontmatter that the draft does not name stays byte for byte; `created` is set on a new note and stays, and
    /// `updated` is set. A note that was written is on disk when this returns.
    ///
    /// - Throws: ``VaultError``; the note is the old one then.
    public func write(_ draft: NoteDraft) async throws -> WrittenNote {
        let path = try NotePath(draft.path)
        if let title = draft.title { try MetadataRules.checkTitle(title) }
        if let metadata = draft.metadata { try MetadataRules.check(metadata) }
        try self.checkSize(draft.body)
        return try await self.store.writing(self.user, self.folder) { try $0.write(draft, at: path) }
    }

    /// Deletes a note.
    ///
    /// - Returns: the revision that was deleted.
    /// - Throws: ``VaultError``; the note is still there then.
    public func delete(_ path: String, ifMatch: RevisionCondition?) async throws -> String {
        let path = try NotePath(path)
        return try await self.store.writing(self.user, self.folder) { try $0.delete(path, ifMatch: ifMatch) }
    }

    /// Searches the text of all notes.
    ///
    /// No text is a syntax error; where no note has all words, those with any of them are found.
    ///
    /// - Throws: ``VaultError``.
    public func search(_ query: SearchQuery) async throws -> SearchPage {
        let search = try NoteSearch(query, now: self.store.milliseconds)
        return try await self.store.reading(self.user, self.folder) { try search.page($0.index) }
    }

    /// The notes that link to a note, last updated first.
    ///
    /// - Throws: ``VaultError``.
    public func backlinks(to path: String) async throws -> [Backlink] {
        let path = try NotePath(path)
        return try await self.store.reading(self.user, self.folder) { access in
            guard let standing = try access.index.standing(of: path.text) else {
                throw try PathSuggestions(access.index).notFound(path)
            }
            return standing.backlinks == 0 ? [] : try access.index.backlinks(to: standing.id)
        }
    }

    /// Every tag with the number of notes that have it, most used first.
    public func tags() async throws -> [TagCount] {
        try await self.store.reading(self.user, self.folder) { try $0.index.tags() }
    }

    /// How many notes there are.
    public func noteCount() async throws -> Int {
        try await self.store.reading(self.user, self.folder) { try $0.index.noteCount() }
    }

    /// How many notes there are, and how large they are together.
    public func size() async throws -> VaultSize {
        try await self.store.reading(self.user, self.folder) { try $0.index.size() }
    }

    /// Refuses before anything is read what cannot become a note's file.
    private func checkSize(_ body: String) throws {
        let limit = self.store.configuration.limits.maxNoteBytes
        guard body.utf8.count <= limit else {
            throw VaultError(.noteTooLarge, "the body has \(body.utf8.count) bytes, more than \(limit)")
        }
    }
}
