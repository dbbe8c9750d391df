/// One user's notes, and never another's.
///
/// A value of this type is all that a handler is given: no user id and no path root.
public struct Vault: Sendable {
    /// Whose notes these are.
    package let user: String
    private let folder: UserFolder
    private let store: VaultStore
    private let restriction: FolderRestriction?

    init(user: String, folder: UserFolder, store: VaultStore, restriction: FolderRestriction? = nil) {
        self.user = user
        self.folder = folder
        self.store = store
        self.restriction = restriction
    }

    /// The same notes held to some folders: what lies outside of them is neither told nor changed.
    ///
    /// A path outside is refused with ``VaultError/Code/forbidden``, whether or not there is a note. Lists, search,
    /// tags and counts know of the notes inside only, and a link to a note outside leads nowhere. A vault that is held
    /// to folders already is held to what lies in both. Only the scores of a search still depend on the whole vault,
    /// in which it is counted how rare a word is.
    ///
    /// - Parameter folders: the folders, each with the folders within it; compared by their bytes in NFC.
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidPath`` where a folder breaks a rule, is the vault's own
    ///   or there is none; with ``VaultError/Code/forbidden`` where nothing lies in both.
    package func restricted(to folders: [String]) throws -> Vault {
        let wanted = try FolderRestriction(folders)
        let restriction = try self.restriction?.narrowed(to: wanted) ?? wanted
        return Vault(user: self.user, folder: self.folder, store: self.store, restriction: restriction)
    }

    /// Lists notes.
    ///
    /// - Throws: ``VaultError``.
    package func list(_ query: NoteQuery) async throws -> NotePage {
        let listing = try NoteListing(query)
        return try await self.reading(.list) { try listing.page($0.index) }
    }

    /// Reads a note.
    ///
    /// - Throws: ``VaultError``; with ``VaultError/Code/notFound`` it says what may have been meant.
    package func read(_ path: String) async throws -> Note {
        let path = try self.allowed(path)
        return try await self.reading(.read) { try $0.index.note(try $0.note(path)) }
    }

    /// Creates a note or replaces its text.
    ///
    /// Frontmatter that the draft does not name stays byte for byte; `created` is set on a new note and stays, and
    /// `updated` is set. A note that was written is on disk when this returns.
    ///
    /// - Throws: ``VaultError``; the note is the old one then.
    package func write(_ draft: NoteDraft) async throws -> WrittenNote {
        let path = try self.allowed(draft.path)
        try draft.check(self.store.configuration.limits)
        let restriction = self.restriction
        return try await self.writing {
            try $0.write(draft, at: path, within: restriction)
        }
    }

    /// Deletes a note.
    ///
    /// - Returns: the revision that was deleted.
    /// - Throws: ``VaultError``; the note is still there then.
    package func delete(_ path: String, ifMatch: RevisionCondition?) async throws -> String {
        let path = try self.allowed(path)
        let restriction = self.restriction
        return try await self.writing {
            try $0.delete(path, ifMatch: ifMatch, within: restriction)
        }
    }

    /// Searches the text of all notes.
    ///
    /// No text is a syntax error; where no note has all words, those with any of them are found.
    ///
    /// - Throws: ``VaultError``.
    package func search(_ query: SearchQuery) async throws -> SearchPage {
        let search = try NoteSearch(query, now: self.store.milliseconds)
        return try await self.reading(.search) { try search.page($0.index) }
    }

    /// The notes that link to a note, last updated first.
    ///
    /// - Throws: ``VaultError``.
    package func backlinks(to path: String) async throws -> [Backlink] {
        let path = try self.allowed(path)
        return try await self.reading(.backlinks) { access in
            guard let summary = try access.index.linkSummary(of: path) else {
                throw try PathSuggestions(access.index).notFound(path)
            }
            return summary.backlinks == 0 ? [] : try access.index.backlinks(to: summary.id)
        }
    }

    /// Every tag with the number of notes that have it, most used first.
    package func tags() async throws -> [TagCount] {
        try await self.reading(.tags) { try $0.index.tags() }
    }

    /// How many notes there are.
    package func noteCount() async throws -> Int {
        try await self.reading(.size) { try $0.index.noteCount() }
    }

    /// How many notes there are, and how large they are together.
    package func size() async throws -> VaultSize {
        try await self.reading(.size) { try $0.index.size() }
    }

    private func reading<Value: Sendable>(
        _ operation: VaultMetrics.Operation,
        _ body: @escaping @Sendable (VaultStore.ReadAccess) throws -> Value
    ) async throws -> Value {
        try await self.store.metrics.measuring(operation) {
            try await self.store.reading(self.user, self.folder, within: self.restriction, body)
        }
    }

    private func writing<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing NoteWriter) throws -> Value
    ) async throws -> Value {
        try await self.store.metrics.measuring(.write) {
            try await self.store.writing(self.user, self.folder, body)
        }
    }

    /// Checks a path that a caller gave, before anything is looked up by it.
    private func allowed(_ path: String) throws -> NotePath {
        let path = try NotePath(path)
        try self.restriction?.check(path)
        return path
    }
}
