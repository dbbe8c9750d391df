import Encodings
import NoteFormat
import Vault

extension JSONWriter {
    /// Writes the fields of a note other than outline and text.
    mutating func noteHead(_ note: Note, within limit: AnswerLimit) {
        self.field("title", note.title.prefix(bytes: AnswerLimit.titleBytes))
        self.field("note_path", note.path)
        self.field("path", note.path)
        self.metadata(note.metadata, upTo: limit.metadataBytes)
        self.field("updated", note.updated)
        self.field("created", note.created)
        self.field("revision", note.revision)
        self.field("size_bytes", note.sizeBytes)
        let links = self.bounded("links", note.links, upTo: limit.linkBytes) { $0.link($1) }
        if links < note.links.count { self.field("links_truncated", true) }
        self.field("backlinks_count", note.backlinksCount)
        if let warning = note.warning { self.field("warning", warning) }
    }

    /// Writes the first headings that fit.
    ///
    /// - Returns: how many.
    @discardableResult
    mutating func outline(_ headings: some Collection<Heading>, upTo limit: Int) -> Int {
        let count = self.bounded("outline", headings, upTo: limit) { $0.heading($1) }
        if count < headings.count { self.field("outline_truncated", true) }
        return count
    }

    /// Writes the keys whose values fit.
    private mutating func metadata(_ metadata: JSONObject, upTo limit: Int) {
        let end = self.bytes.count + limit
        var isTruncated = false
        self.key("metadata")
        self.beginObject()
        for (key, value) in metadata {
            let mark = self.mark
            var room = end - self.bytes.count - key.utf8.count
            if value.takes(from: &room) {
                self.key(key)
                self.value(value)
                if self.bytes.count <= end { continue }
                self.rewind(to: mark)
            }
            isTruncated = true
        }
        self.endObject()
        if isTruncated { self.field("metadata_truncated", true) }
    }

    /// Writes an array of the first elements that fit.
    private mutating func bounded<Element>(
        _ name: StaticString,
        _ elements: some Sequence<Element>,
        upTo limit: Int,
        _ write: (inout JSONWriter, Element) -> Void
    ) -> Int {
        let end = self.bytes.count + limit
        var count = 0
        self.key(name)
        self.beginArray()
        for element in elements {
            let mark = self.mark
            write(&self, element)
            guard self.bytes.count <= end else {
                self.rewind(to: mark)
                break
            }
            count += 1
        }
        self.endArray()
        return count
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
}

extension JSONValue {
    /// Takes at least the value's bytes from a number of bytes, no further than to their end.
    ///
    /// - Returns: whether they sufficed.
    fileprivate func takes(from room: inout Int) -> Bool {
        room -= 1
        switch self {
        case .string(let text): room -= text.utf8.count
        case .array(let elements): return elements.allSatisfy { $0.takes(from: &room) } && room >= 0
        case .object(let fields):
            for (key, value) in fields {
                room -= key.utf8.count
                guard value.takes(from: &room) else { return false }
            }
        case .null, .bool, .integer, .number: break
        }
        return room >= 0
    }
}
