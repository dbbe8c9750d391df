extension Note {
    /// Joins what a note's file says with what the index knows of it.
    init(_ parsed: ParsedNote, linkedPaths: [String: String], backlinks: Int) {
        self.init(
            path: parsed.path,
            title: parsed.title,
            body: parsed.body,
            metadata: parsed.metadata,
            updated: Timestamp.text(milliseconds: parsed.updated),
            created: parsed.created,
            revision: parsed.revision,
            outline: parsed.outline,
            links: parsed.links.map {
                NoteLink(target: $0.target, resolvedPath: linkedPaths[$0.target], alias: $0.alias)
            },
            backlinksCount: backlinks,
            sizeBytes: parsed.sizeBytes,
            warning: parsed.warning
        )
    }
}

extension IndexReader {
    /// Joins what a note's file says with what this index knows of it.
    func note(_ parsed: ParsedNote) throws -> Note {
        guard let standing = try self.standing(of: parsed.path) else {
            return Note(parsed, linkedPaths: [:], backlinks: 0)
        }
        return Note(parsed, linkedPaths: standing.linkedPaths, backlinks: standing.backlinks)
    }
}
