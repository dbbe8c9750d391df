internal import Encodings
internal import NoteFormat

extension Note {
    /// Joins what a note's file says with what the index knows of its links.
    init(_ note: StoredNote, linkedPaths: [String: String], backlinks: Int) {
        self.init(
            path: note.path.text,
            title: note.parsed.title,
            body: note.parsed.body,
            metadata: note.parsed.metadata,
            updated: RFC3339.text(milliseconds: note.updated),
            created: note.parsed.created,
            revision: note.revision,
            outline: note.parsed.outline,
            links: note.parsed.links.map {
                NoteLink(target: $0.target, resolvedPath: linkedPaths[$0.target], alias: $0.alias)
            },
            backlinksCount: backlinks,
            sizeBytes: note.sizeBytes,
            warning: note.parsed.warning
        )
    }
}

extension IndexReader {
    /// Joins what a note's file says with what this index knows of its links.
    func note(_ note: StoredNote) throws -> Note {
        guard let summary = try self.linkSummary(of: note.path) else {
            return Note(note, linkedPaths: [:], backlinks: 0)
        }
        return Note(note, linkedPaths: summary.linkedPaths, backlinks: summary.backlinks)
    }
}
