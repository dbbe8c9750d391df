internal import Encodings
internal import NoteFormat

extension Note {
    /// Joins what a note's file says with what the index knows of its links.
    init(_ note: StoredNote, linkedPaths: [String: String] = [:], backlinks: Int = 0) {
        self.init(
            path: note.path.text,
            title: note.parsed.title,
            body: note.parsed.body,
            lineCount: note.parsed.lineCount,
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
