/// What is asked of the index for a vault that is held to some folders.
///
/// Statements of their own, so that those of a whole vault stay as short as they are.
extension IndexReader {
    /// What is told of a note: links from and to notes outside are left out.
    func linkSummary(of path: NotePath, within restriction: FolderRestriction) throws -> LinkSummary? {
        let isInside = FolderFilter.condition(of: restriction)
        // CROSS JOIN keeps SQLite from trying all notes of the folders first.
        let statement = try HotStatement(
            self.db,
            """
            SELECT id, (
                SELECT count(DISTINCT source_id) FROM links
                CROSS JOIN notes AS source ON source.id = links.source_id AND source.user_id = ?
                WHERE links.user_id = ? AND links.target_id = notes.id AND links.source_id <> notes.id
                    AND \(isInside)
            ), (
                SELECT group_concat(links.target || char(31) || linked.path, char(30)) FROM links
                CROSS JOIN notes AS linked ON linked.id = links.target_id AND linked.user_id = ?
                WHERE links.user_id = ? AND links.source_id = notes.id AND \(isInside)
            ) FROM notes WHERE user_id = ? AND path = ?
            """
        )
        var binder = Binder()
        for _ in 0..<2 {
            binder.bind(self.user, to: statement)
            binder.bind(self.user, to: statement)
            FolderFilter.bind(restriction, to: statement, with: &binder)
        }
        binder.bind(self.user, to: statement)
        binder.bind(path.text, to: statement)
        return try statement.next() ? LinkSummary(statement) : nil
    }

    func backlinks(to note: Int64, within restriction: FolderRestriction) throws -> [Backlink] {
        let statement = try HotStatement(
            self.db,
            """
            SELECT notes.path, notes.title, links.context, min(links.position) FROM links
            CROSS JOIN notes ON notes.id = links.source_id AND notes.user_id = ?
            WHERE links.user_id = ? AND links.target_id = ? AND links.source_id <> ?
                AND \(FolderFilter.condition(of: restriction))
            GROUP BY links.source_id
            ORDER BY notes.updated DESC, notes.path
            """
        )
        var binder = Binder()
        binder.bind(self.user, to: statement)
        binder.bind(self.user, to: statement)
        binder.bind(Int(note), to: statement)
        binder.bind(Int(note), to: statement)
        FolderFilter.bind(restriction, to: statement, with: &binder)
        var backlinks: [Backlink] = []
        while try statement.next() {
            backlinks.append(
                Backlink(path: statement.text(0), title: statement.text(1), context: statement.text(2))
            )
        }
        return backlinks
    }

    func tags(within restriction: FolderRestriction) throws -> [TagCount] {
        let statement = try HotStatement(
            self.db,
            """
            SELECT tag, count(*) FROM note_tags
            JOIN notes ON notes.id = note_tags.note_id AND notes.user_id = ?
            WHERE note_tags.user_id = ? AND \(FolderFilter.condition(of: restriction))
            GROUP BY tag ORDER BY count(*) DESC, tag
            """
        )
        var binder = Binder()
        binder.bind(self.user, to: statement)
        binder.bind(self.user, to: statement)
        FolderFilter.bind(restriction, to: statement, with: &binder)
        var tags: [TagCount] = []
        while try statement.next() { tags.append(TagCount(tag: statement.text(0), count: statement.integer(1))) }
        return tags
    }

    func size(within restriction: FolderRestriction) throws -> VaultSize {
        let isInside = FolderFilter.condition(of: restriction)
        let statement = try HotStatement(
            self.db,
            "SELECT count(*), coalesce(sum(size), 0) FROM notes WHERE user_id = ? AND \(isInside)"
        )
        var binder = Binder()
        binder.bind(self.user, to: statement)
        FolderFilter.bind(restriction, to: statement, with: &binder)
        guard try statement.next() else { return VaultSize(notes: 0, bytes: 0) }
        return VaultSize(notes: statement.integer(0), bytes: statement.integer(1))
    }

    func paths(within restriction: FolderRestriction) throws -> [String] {
        let isInside = FolderFilter.condition(of: restriction)
        let statement = try HotStatement(
            self.db,
            "SELECT path FROM notes WHERE user_id = ? AND \(isInside) ORDER BY path"
        )
        var binder = Binder()
        binder.bind(self.user, to: statement)
        FolderFilter.bind(restriction, to: statement, with: &binder)
        var paths: [String] = []
        while try statement.next() { paths.append(statement.text(0)) }
        return paths
    }
}
