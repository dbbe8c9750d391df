import Encodings
import Vault

extension JSONWriter {
    mutating func summary(_ note: NoteSummary) {
        self.beginObject()
        self.field("path", note.path)
        self.field("title", note.title.prefix(bytes: AnswerLimit.titleBytes))
        self.field("last_modified", note.lastModified)
        self.field("revision", note.revision)
        self.field("size_bytes", note.sizeBytes)
        self.field("tags", note.tags)
        if note.hasMoreTags { self.field("tags_truncated", true) }
        self.endObject()
    }

    mutating func hit(_ hit: SearchHit) {
        self.beginObject()
        self.field("title", hit.title.prefix(bytes: AnswerLimit.titleBytes))
        self.field("note_path", hit.path)
        self.field("path", hit.path)
        self.field("snippet", hit.snippet)
        // Four digits suffice to compare hits.
        self.field("score", (hit.score * 10000).rounded() / 10000)
        self.field("updated", hit.updated)
        self.field("revision", hit.revision)
        self.endObject()
    }

    mutating func backlink(_ backlink: Backlink) {
        self.beginObject()
        self.field("path", backlink.path)
        self.field("title", backlink.title.prefix(bytes: AnswerLimit.titleBytes))
        self.field("context", backlink.context)
        self.endObject()
    }

    mutating func tag(_ tag: TagCount) {
        self.beginObject()
        self.field("tag", tag.tag)
        self.field("count", tag.count)
        self.endObject()
    }
}
