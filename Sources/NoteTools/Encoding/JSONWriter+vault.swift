import Encodings
import MCPCore
import Vault

extension JSONWriter {
    mutating func note(_ note: Note) {
        self.beginObject()
        self.key("title")
        self.value(note.title)
        self.key("note_path")
        self.value(note.path)
        self.key("path")
        self.value(note.path)
        self.key("body")
        self.value(note.body)
        self.key("metadata")
        self.metadata(note.metadata)
        self.key("updated")
        self.value(note.updated)
        self.key("created")
        if let created = note.created { self.value(created) } else { self.null() }
        self.key("revision")
        self.value(note.revision)
        self.key("size_bytes")
        self.value(note.sizeBytes)
        self.outline(note.outline)
        self.links(note.links)
        self.key("backlinks_count")
        self.value(note.backlinksCount)
        self.key("truncated")
        self.value(false)
        if let warning = note.warning {
            self.key("warning")
            self.value(warning)
        }
        self.endObject()
    }

    private mutating func outline(_ headings: [Heading]) {
        self.key("outline")
        self.beginArray()
        for heading in headings {
            self.beginObject()
            self.key("level")
            self.value(heading.level)
            self.key("text")
            self.value(heading.text)
            self.key("line")
            self.value(heading.line)
            self.endObject()
        }
        self.endArray()
    }

    private mutating func links(_ links: [NoteLink]) {
        self.key("links")
        self.beginArray()
        for link in links {
            self.beginObject()
            self.key("target")
            self.value(link.target)
            self.key("path")
            if let path = link.resolvedPath { self.value(path) } else { self.null() }
            self.endObject()
        }
        self.endArray()
    }

    mutating func summary(_ note: NoteSummary) {
        self.beginObject()
        self.key("path")
        self.value(note.path)
        self.key("title")
        self.value(note.title)
        self.key("last_modified")
        self.value(note.lastModifiedText)
        self.key("revision")
        self.value(note.revision)
        self.key("size_bytes")
        self.value(note.sizeBytes)
        self.key("tags")
        self.beginArray()
        for tag in note.tags { self.value(tag) }
        self.endArray()
        self.endObject()
    }

    mutating func hit(_ hit: SearchHit) {
        self.beginObject()
        self.key("title")
        self.value(hit.title)
        self.key("note_path")
        self.value(hit.path)
        self.key("path")
        self.value(hit.path)
        self.key("snippet")
        self.value(hit.snippet)
        self.key("score")
        // Four digits are enough to compare two hits by.
        self.value((hit.score * 10000).rounded() / 10000)
        self.key("updated")
        self.value(hit.updated)
        self.key("revision")
        self.value(hit.revision)
        self.endObject()
    }

    /// Writes an object with one list, and the cursor to the next page if there is one.
    mutating func list<Element>(
        _ name: StaticString,
        _ elements: [Element],
        nextCursor: String? = nil,
        write: (inout JSONWriter, Element) -> Void
    ) {
        self.beginObject()
        self.key(name)
        self.beginArray()
        for element in elements { write(&self, element) }
        self.endArray()
        if let nextCursor {
            self.key("next_cursor")
            self.value(nextCursor)
        }
        self.endObject()
    }

    private mutating func metadata(_ object: FrontmatterObject) {
        self.beginObject()
        for (key, value) in object {
            self.key(key)
            self.metadata(value)
        }
        self.endObject()
    }

    private mutating func metadata(_ value: FrontmatterValue) {
        switch value {
        case .null: self.null()
        case .bool(let flag): self.value(flag)
        case .integer(let number): self.value(number)
        case .number(let number): number.isFinite ? self.value(number) : self.null()
        case .string(let text): self.value(text)
        case .array(let elements):
            self.beginArray()
            for element in elements { self.metadata(element) }
            self.endArray()
        case .object(let object): self.metadata(object)
        }
    }
}
