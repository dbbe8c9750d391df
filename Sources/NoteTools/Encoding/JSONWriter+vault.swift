import Encodings
import Vault

extension JSONWriter {
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
