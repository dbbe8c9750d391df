import Encodings
import NoteFormat
import Vault

extension JSONWriter {
    mutating func note(_ note: Note) {
        self.beginObject()
        self.field("title", note.title)
        self.field("note_path", note.path)
        self.field("path", note.path)
        self.field("body", note.body)
        self.field("metadata", .object(note.metadata))
        self.field("updated", note.updated)
        self.field("created", note.created)
        self.field("revision", note.revision)
        self.field("size_bytes", note.sizeBytes)
        self.field("outline", array: note.outline) { $0.heading($1) }
        self.field("links", array: note.links) { $0.link($1) }
        self.field("backlinks_count", note.backlinksCount)
        self.field("truncated", false)
        if let warning = note.warning { self.field("warning", warning) }
        self.endObject()
    }

    private mutating func heading(_ heading: Heading) {
        self.beginObject()
        self.field("level", heading.level)
        self.field("text", heading.text)
        self.field("line", heading.line)
        self.endObject()
    }

    private mutating func link(_ link: NoteLink) {
        self.beginObject()
        self.field("target", link.target)
        self.field("path", link.resolvedPath)
        self.endObject()
    }

    mutating func summary(_ note: NoteSummary) {
        self.beginObject()
        self.field("path", note.path)
        self.field("title", note.title)
        self.field("last_modified", note.lastModified)
        self.field("revision", note.revision)
        self.field("size_bytes", note.sizeBytes)
        self.field("tags", note.tags)
        self.endObject()
    }

    mutating func hit(_ hit: SearchHit) {
        self.beginObject()
        self.field("title", hit.title)
        self.field("note_path", hit.path)
        self.field("path", hit.path)
        self.field("snippet", hit.snippet)
        // Four digits suffice to compare hits.
        self.field("score", (hit.score * 10000).rounded() / 10000)
        self.field("updated", hit.updated)
        self.field("revision", hit.revision)
        self.endObject()
    }

    /// Writes an object with one list, and the cursor of the next page where there is one.
    mutating func list<Element>(
        _ name: StaticString,
        _ elements: [Element],
        nextCursor: String? = nil,
        write: (inout JSONWriter, Element) -> Void
    ) {
        self.beginObject()
        self.field(name, array: elements, write)
        if let nextCursor { self.field("next_cursor", nextCursor) }
        self.endObject()
    }
}
