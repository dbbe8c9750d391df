/// One user's notes, and never another's.
///
/// A value of this type is all that a handler is given: no user id and no path root.
public struct Vault: Sendable {
    private let user: UserFolder
    private let scope: Scope
    private let store: VaultStore
    /// The number of the last change that answers must have; `nil` for that of the last one.
    private let sequence: Int64?

    init(user: UserFolder, scope: Scope, store: VaultStore, sequence: Int64?) {
        self.user = user
        self.scope = scope
        self.store = store
        self.sequence = sequence
    }

    /// The same notes restricted to some folders: what lies outside of them is neither shown nor changed.
    ///
    /// A path outside is refused with ``VaultError/Code/forbidden``, whether or not there is a note. Lists, search,
    /// tags and counts cover the notes inside only, and a link to a note outside leads nowhere. A vault that is
    /// restricted already is restricted to what lies in both. Only the scores of a search still depend on the whole
    /// vault, over which the frequency of words is counted.
    ///
    /// - Parameter folders: the folders, each with the folders within it; compared by their bytes in NFC.
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidPath`` where a folder breaks a rule, is the vault's own
    ///   or there is none; with ``VaultError/Code/forbidden`` where nothing lies in both.
    package func restricted(to folders: [String]) throws -> Vault {
        Vault(
            user: self.user,
            scope: try self.scope.narrowed(to: try Scope(folders)),
            store: self.store,
            sequence: self.sequence
        )
    }

    /// Lists notes.
    ///
    /// - Parameters:
    ///   - content: what a page is made of, empty.
    ///   - take: adds a note to it; returns `false` where it has no room for the note, which ends the page. The first
    ///     note must have room.
    /// - Throws: ``VaultError``.
    package func list<Content: Sendable>(
        _ query: NoteQuery,
        into content: @escaping @Sendable @autoclosure () -> Content,
        _ take: @escaping @Sendable (inout Content, NoteSummary) -> Bool
    ) async throws -> Page<Content> {
        let listing = try NoteListing(query)
        return try await self.reading(.list) { try listing.page($0.index, into: content(), take) }
    }

    /// Reads a note.
    ///
    /// - Throws: ``VaultError``; with ``VaultError/Code/notFound`` it has suggestions.
    package func read(_ path: String) async throws -> Note { try await self.read(path) { $0 } }

    /// Reads a note and makes an answer of it, on a thread that may take as long as the note is large.
    ///
    /// - Throws: ``VaultError``; with ``VaultError/Code/notFound`` it has suggestions.
    package func read<Answer: Sendable>(
        _ path: String,
        _ answer: @escaping @Sendable (Note) throws -> Answer
    ) async throws -> Answer {
        let path = try self.checked(path)
        return try await self.reading(.read) { try answer(try $0.index.note(try $0.note(path))) }
    }

    /// Creates a note or replaces its text.
    ///
    /// Frontmatter that the draft does not name stays byte for byte; `created` is set on a new note and stays, and
    /// `updated` is set. A note that was written is on disk when this returns.
    ///
    /// - Throws: ``VaultError``; the note is the old one then.
    package func write(_ draft: NoteDraft) async throws -> WrittenNote { try await self.write(draft) { $0 } }

    /// Creates a note or replaces its text, and makes an answer of it on the thread that has written it.
    ///
    /// - Throws: ``VaultError``, with the note as it was; and what `answer` throws, with the note written.
    package func write<Answer: Sendable>(
        _ draft: NoteDraft,
        _ answer: @escaping @Sendable (WrittenNote) throws -> Answer
    ) async throws -> Answer {
        let path = try self.checked(draft.path)
        try draft.check(self.store.configuration.limits)
        let scope = self.scope
        return try await self.writing { try answer(try $0.write(draft, at: path, in: scope)) }
    }

    /// Deletes a note.
    ///
    /// - Returns: the revision that was deleted.
    /// - Throws: ``VaultError``; the note is still there then.
    package func delete(_ path: String, ifMatch: RevisionCondition?) async throws -> String {
        let path = try self.checked(path)
        let scope = self.scope
        return try await self.writing { try $0.delete(path, ifMatch: ifMatch, in: scope) }
    }

    /// Searches the text of all notes.
    ///
    /// No text is a syntax error; where no note has all words, those with any of them are found.
    ///
    /// - Parameters: as those of ``list(_:into:_:)``.
    /// - Throws: ``VaultError``.
    package func search<Content: Sendable>(
        _ query: SearchQuery,
        into content: @escaping @Sendable @autoclosure () -> Content,
        _ take: @escaping @Sendable (inout Content, SearchHit) -> Bool
    ) async throws -> Page<Content> {
        let search = try NoteSearch(query, now: self.store.milliseconds)
        return try await self.reading(.search) { try search.page($0.index, into: content(), take) }
    }

    /// The notes that link to a note, last updated first.
    ///
    /// - Parameters: as those of ``list(_:into:_:)``.
    /// - Throws: ``VaultError``.
    package func backlinks<Content: Sendable>(
        to path: String,
        _ query: PageQuery,
        into content: @escaping @Sendable @autoclosure () -> Content,
        _ take: @escaping @Sendable (inout Content, Backlink) -> Bool
    ) async throws -> Page<Content> {
        let path = try self.checked(path)
        let listing = try BacklinkListing(query)
        return try await self.reading(.backlinks) { access in
            guard let links = try access.index.linkSummary(of: path) else {
                throw try PathSuggestions(access.index).notFound(path)
            }
            guard links.backlinks > 0 else { return Page(content: content(), nextCursor: nil) }
            return try listing.page(access.index, of: links.id, into: content(), take)
        }
    }

    /// Every tag with the number of notes that have it, most used first.
    ///
    /// - Parameters: as those of ``list(_:into:_:)``.
    package func tags<Content: Sendable>(
        _ query: PageQuery,
        into content: @escaping @Sendable @autoclosure () -> Content,
        _ take: @escaping @Sendable (inout Content, TagCount) -> Bool
    ) async throws -> Page<Content> {
        let listing = try TagListing(query)
        return try await self.reading(.tags) { try listing.page($0.index, into: content(), take) }
    }

    package func noteCount() async throws -> Int {
        try await self.reading(.size) { try $0.index.noteCount() }
    }

    package func size() async throws -> VaultSize {
        try await self.reading(.size) { try $0.index.size() }
    }

    private func reading<Value: Sendable>(
        _ operation: VaultMetrics.Operation,
        _ body: @escaping @Sendable (VaultStore.ReadAccess) throws -> Value
    ) async throws -> Value {
        try await self.store.metrics.measuring(operation) {
            try await self.store.reading(self.user, in: self.scope, since: self.sequence, for: operation, body)
        }
    }

    private func writing<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing NoteWriter) throws -> Value
    ) async throws -> Value {
        try await self.store.metrics.measuring(.write) {
            try await self.store.writing(self.user, body)
        }
    }

    /// Parses and checks a path that a caller gave, before anything is looked up by it.
    private func checked(_ path: String) throws -> NotePath {
        let path = try NotePath(path)
        try self.scope.check(path)
        return path
    }
}
