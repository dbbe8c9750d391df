internal import GRDB
internal import NoteFormat

/// Changes a user's index, within a transaction and under the user's write lock.
struct IndexWriter {
    let db: Database
    let user: UserFolder

    /// Inserts a note, or replaces what the index has of it.
    func put(_ note: StoredNote) throws {
        let names = NoteNames(path: note.path, title: note.parsed.title)
        let known = try self.known(note.path)
        let id: Int64
        if let known {
            id = known.id
            try self.removeText(id)
            try self.update(note, names, id: id)
        } else {
            id = try self.insert(note, names)
        }
        try self.setTags(note.parsed.tags, of: id)
        try self.insertText(note, id: id)
        let links = LinkIndex(db: self.db, user: self.user)
        try links.set(note, of: id)
        guard known?.names != names else { return }
        try links.resolve(keys: [names.nameKey, names.titleKey] + (known.map { [$0.names.titleKey] } ?? []))
    }

    /// Removes a note.
    func remove(_ path: NotePath) throws {
        guard let known = try self.known(path) else { return }
        try self.removeText(known.id)
        try self.setTags([], of: known.id)
        let links = LinkIndex(db: self.db, user: self.user)
        try links.removeLinks(of: known.id)
        try self.run("DELETE FROM notes WHERE user_id = ? AND id = ?", [self.user.id, known.id])
        try links.resolve(keys: [known.names.nameKey, known.names.titleKey])
    }

    /// Inserts a note into an index that is being built; its links are resolved at the end.
    func build(_ note: StoredNote) throws {
        let id = try self.insert(note, NoteNames(path: note.path, title: note.parsed.title))
        try self.setTags(note.parsed.tags, of: id)
        try self.insertText(note, id: id)
        try LinkIndex(db: self.db, user: self.user).set(note, of: id, resolving: false)
    }

    /// Resolves all links and marks the index as built.
    ///
    /// - Parameters:
    ///   - sequence: the number of the last change that the index has.
    ///   - token: the fencing token of the worker that builds it.
    func finishBuilding(at sequence: Int64, token: Int64) throws {
        try LinkIndex(db: self.db, user: self.user).resolveAll()
        try self.run(
            "INSERT INTO vault (user_id, sequence, token) VALUES (?, ?, ?)",
            [self.user.id, sequence, token]
        )
    }

    /// Stores the number of the last change that the index has.
    ///
    /// - Throws: ``LeaseLost`` where a later holder of the lease has written the index.
    func advance(to sequence: Int64, token: Int64) throws {
        try self.run(
            "UPDATE vault SET sequence = ?, token = ? WHERE user_id = ? AND token <= ?",
            [sequence, token, self.user.id, token]
        )
        guard self.db.changesCount == 1 else { throw LeaseLost() }
    }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        try self.db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private func known(_ path: NotePath) throws -> (id: Int64, names: NoteNames)? {
        let statement = try HotStatement(
            self.db,
            "SELECT id, path_slug, title_slug FROM notes WHERE user_id = ? AND path = ?"
        )
        statement.bind(self.user.id, at: 1)
        statement.bind(path.text, at: 2)
        guard try statement.next() else { return nil }
        let (pathSlug, titleSlug) = (try statement.requiredText(1), try statement.requiredText(2))
        return (
            Int64(statement.integer(0)), NoteNames(path: path.text, pathSlug: pathSlug, titleSlug: titleSlug)
        )
    }

    private func insert(_ note: StoredNote, _ names: NoteNames) throws -> Int64 {
        try self.run(
            """
            INSERT INTO notes (user_id, path, path_order, title, title_order, revision, size, updated, tags,
                path_slug, title_slug, name_key, title_key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                self.user.id, note.path.text, PathOrder.key(note.path.text), note.parsed.title,
                PathOrder.key(note.parsed.title), note.revision, note.sizeBytes, note.updated,
                note.parsed.tags.joined(separator: "\n"), names.pathSlug, names.titleSlug, names.nameKey,
                names.titleKey,
            ]
        )
        return self.db.lastInsertedRowID
    }

    private func update(_ note: StoredNote, _ names: NoteNames, id: Int64) throws {
        try self.run(
            """
            UPDATE notes SET title = ?, title_order = ?, revision = ?, size = ?, updated = ?, tags = ?,
                title_slug = ?, title_key = ?
            WHERE user_id = ? AND id = ?
            """,
            [
                note.parsed.title, PathOrder.key(note.parsed.title), note.revision, note.sizeBytes, note.updated,
                note.parsed.tags.joined(separator: "\n"), names.titleSlug, names.titleKey, self.user.id, id,
            ]
        )
    }

    private func setTags(_ tags: [String], of id: Int64) throws {
        try self.run("DELETE FROM note_tags WHERE user_id = ? AND note_id = ?", [self.user.id, id])
        for tag in tags {
            try self.run("INSERT INTO note_tags (user_id, tag, note_id) VALUES (?, ?, ?)", [self.user.id, tag, id])
        }
    }

    // MARK: Full text

    private func insertText(_ note: StoredNote, id: Int64) throws {
        let note = note.parsed
        let headings = note.outline.map(\.text).joined(separator: "\n")
        let texts = [note.title, headings, note.tags.joined(separator: "\n"), note.body].map { Self.withoutNUL($0) }
        try self.run(
            "INSERT INTO texts (note_id, user_id, title, headings, tags, body) VALUES (?, ?, ?, ?, ?, ?)",
            [id, self.user.id, texts[0], texts[1], texts[2], texts[3]]
        )
        let words = texts.map { SearchText.indexed($0) }
        try self.run(
            "INSERT INTO search (rowid, user_id, title, headings, tags, body) VALUES (?, ?, ?, ?, ?, ?)",
            [id, self.user.id, words[0], words[1], words[2], words[3]]
        )
    }

    /// Removes a note's words from the full-text index, which needs the words for that.
    private func removeText(_ id: Int64) throws {
        let words = try self.texts(id).map { SearchText.indexed($0) }
        try self.run(
            """
            INSERT INTO search (search, rowid, user_id, title, headings, tags, body)
            VALUES ('delete', ?, ?, ?, ?, ?, ?)
            """,
            [id, self.user.id, words[0], words[1], words[2], words[3]]
        )
        try self.run("DELETE FROM texts WHERE note_id = ? AND user_id = ?", [id, self.user.id])
    }

    /// The texts of a note as they were indexed.
    ///
    /// - Throws: ``DatabaseError`` where there are none: the words that search would still find are not known then.
    private func texts(_ id: Int64) throws -> [String] {
        let sql = "SELECT title, headings, tags, body FROM texts WHERE note_id = ? AND user_id = ?"
        let statement = try HotStatement(self.db, sql)
        statement.bind(Int(id), at: 1)
        statement.bind(self.user.id, at: 2)
        guard try statement.next() else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a note has no texts", sql: sql)
        }
        return try (0..<4).map { try statement.requiredText($0) }
    }

    /// Some functions of SQLite end a text at a NUL; deleting needs the same text as inserting.
    private static func withoutNUL(_ text: String) -> String {
        text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : text
    }
}
