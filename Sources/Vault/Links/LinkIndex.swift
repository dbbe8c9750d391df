internal import GRDB
internal import NoteFormat

/// The links of a user's index.
///
/// Every link's row says which note it leads to. When a note comes, goes or changes its title, the links that may
/// name it are found by one key and resolved again, so a link to a note that does not exist yet resolves as soon as
/// it does.
struct LinkIndex {
    let db: Database
    let user: UserFolder

    /// Replaces the links of a note.
    func set(_ note: StoredNote, of id: Int64, resolving: Bool = true) throws {
        try self.removeLinks(of: id)
        guard !note.parsed.links.isEmpty else { return }
        let statement = try self.db.cachedStatement(
            sql: """
                INSERT INTO links (user_id, source_id, position, kind, target, key, target_id, context)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        let lines = LinkContext(note.parsed.body)
        var candidates: [String: LinkCandidates] = [:]
        for (position, link) in note.parsed.links.enumerated() {
            let target = LinkTarget(link.kind, target: link.target, from: note.path.text)
            if resolving, candidates[target.key] == nil {
                candidates[target.key] = try self.candidates(for: target.key)
            }
            try statement.execute(arguments: [
                self.user.id, id, position, link.kind.rawValue, link.target, target.key,
                candidates[target.key]?.note(for: target), lines.text(at: link.offset),
            ])
        }
    }

    func removeLinks(of id: Int64) throws {
        try self.db.cachedStatement(sql: "DELETE FROM links WHERE user_id = ? AND source_id = ?")
            .execute(arguments: [self.user.id, id])
    }

    /// Resolves the links that name one of several keys.
    func resolve(keys: [String]) throws {
        for key in Set(keys) { try self.resolve(key: key) }
    }

    /// Resolves all links.
    func resolveAll() throws {
        let keys = try String.fetchAll(
            self.db,
            sql: "SELECT DISTINCT key FROM links WHERE user_id = ?",
            arguments: [self.user.id]
        )
        for key in keys { try self.resolve(key: key) }
    }

    private func resolve(key: String) throws {
        let links = try self.links(key: key)
        guard !links.isEmpty else { return }
        let candidates = try self.candidates(for: key)
        let update = try self.db.cachedStatement(
            sql: "UPDATE links SET target_id = ? WHERE user_id = ? AND source_id = ? AND position = ?"
        )
        for link in links {
            let note = candidates.note(for: link.target)
            guard note != link.note else { continue }
            try update.execute(arguments: [note, self.user.id, link.source, link.position])
        }
    }

    /// A link as the index has it.
    private struct Link {
        let source: Int
        let position: Int
        let target: LinkTarget
        /// The note that it leads to.
        let note: Int64?
    }

    private func links(key: String) throws -> [Link] {
        let statement = try HotStatement(
            self.db,
            """
            SELECT links.source_id, links.position, links.kind, links.target, links.target_id, notes.path FROM links
            JOIN notes ON notes.id = links.source_id AND notes.user_id = ?1
            WHERE links.user_id = ?1 AND links.key = ?2
            """
        )
        statement.bind(self.user.id, at: 1)
        statement.bind(key, at: 2)
        var links: [Link] = []
        while try statement.next() {
            let kind = RawLink.Kind(rawValue: statement.integer(2)) ?? .wiki
            let target = try statement.requiredText(3)
            links.append(
                Link(
                    source: statement.integer(0),
                    position: statement.integer(1),
                    target: LinkTarget(kind, target: target, from: try statement.requiredText(5)),
                    note: statement.isNull(4) ? nil : Int64(statement.integer(4))
                )
            )
        }
        return links
    }

    private func candidates(for key: String) throws -> LinkCandidates {
        let statement = try HotStatement(
            self.db,
            """
            SELECT id, path, path_slug, title_slug FROM notes WHERE user_id = ?1 AND name_key = ?2
            UNION SELECT id, path, path_slug, title_slug FROM notes WHERE user_id = ?1 AND title_key = ?2
            """
        )
        statement.bind(self.user.id, at: 1)
        statement.bind(key, at: 2)
        var notes: [(id: Int64, names: NoteNames)] = []
        while try statement.next() {
            let names = NoteNames(
                path: try statement.requiredText(1),
                pathSlug: try statement.requiredText(2),
                titleSlug: try statement.requiredText(3)
            )
            notes.append((Int64(statement.integer(0)), names))
        }
        return LinkCandidates(notes)
    }
}
