package import Encodings

/// Makes a note's new file from the existing one and what the caller wants.
package struct NoteComposer {
    private let body: String
    private let title: String?
    private let metadata: JSONObject?
    private let existing: NoteDocument?
    private let now: String

    /// - Parameters:
    ///   - body: the whole text; where it starts with a `---` block and there is neither title nor metadata, the block
    ///     is frontmatter.
    ///   - title: the title to set; wins over one in `metadata`.
    ///   - metadata: the frontmatter to set; keys it does not name stay as they are.
    ///   - existing: the bytes of the file that is replaced; `nil` for a new note.
    ///   - now: the time in RFC 3339, for `created` and `updated`.
    package init(body: String, title: String?, metadata: JSONObject?, over existing: [UInt8]?, now: String) {
        self.body = body
        self.title = title
        self.metadata = metadata
        self.existing = existing.map { NoteDocument($0) }
        self.now = now
    }

    /// The bytes of the new file.
    ///
    /// Frontmatter that is not YAML, or is written in a way that cannot be edited key by key, stays as it is under a
    /// new text; setting a key in it is refused, and a block in the text replaces it.
    ///
    /// - Throws: ``NoteFormatError`` with ``NoteFormatError/Code/invalidMetadata``.
    package func bytes() throws -> [UInt8] {
        let own = try self.ownBlock()
        do {
            return try self.composed(own)
        } catch let error as NoteFormatError where error.code != .invalidMetadata {
            if own == nil, self.title == nil, self.metadata == nil, let existing = self.existing,
                let block = existing.block
            {
                return self.file(Array(existing.bytes[block]), body: Array(self.body.utf8), keepsFences: true)
            }
            throw NoteFormatError(
                .invalidMetadata,
                "the frontmatter cannot be changed: \(error)",
                hint: "Write the note without title and metadata, with a body that begins with the whole frontmatter "
                    + "between two lines of '---'."
            )
        }
    }

    private typealias OwnBlock = (editor: FrontmatterEditor, body: [UInt8])

    private func composed(_ own: OwnBlock?) throws -> [UInt8] {
        let old = own != nil ? self.replaceableEditor() : try self.existingEditor()
        var editor = try old ?? FrontmatterEditor("", newline: self.existing?.newline ?? "\n")
        if let own { editor.set(keysOf: own.editor) }
        try self.setKeys(&editor)
        let body = own?.body ?? Array(self.body.utf8)
        return self.file(Array(try editor.edited().utf8), body: body, keepsFences: old != nil)
    }

    /// Frontmatter that the text itself begins with.
    private func ownBlock() throws -> OwnBlock? {
        guard self.title == nil, self.metadata == nil else { return nil }
        let document = NoteDocument(Array(self.body.utf8))
        guard let text = document.blockText else { return nil }
        let editor: FrontmatterEditor
        do {
            editor = try FrontmatterEditor(text, newline: document.newline)
        } catch let error as NoteFormatError {
            // Two rules with a text between them.
            if error == .noMapping { return nil }
            throw MetadataRules.invalid("the frontmatter at the start of the body cannot be read: \(error)")
        }
        try MetadataRules.check(editor.object)
        return (editor, Array(document.bytes[document.bodyStart...]))
    }

    private func existingEditor() throws -> FrontmatterEditor? {
        guard let existing = self.existing, existing.block != nil else { return nil }
        guard let text = existing.blockText else { throw NoteFormatError.frontmatter("it is not UTF-8") }
        return try FrontmatterEditor(text, newline: existing.newline)
    }

    /// The existing frontmatter, unless it cannot be read: then the new one replaces it.
    private func replaceableEditor() -> FrontmatterEditor? {
        do { return try self.existingEditor() } catch { return nil }
    }

    private func setKeys(_ editor: inout FrontmatterEditor) throws {
        for (key, value) in self.metadata ?? [:] where key != "updated" { editor.set(key, value) }
        if let title = self.title { editor.set("title", .string(Whitespace.trimmed(title[...]))) }
        if self.existing == nil, editor["created"] == nil { editor.set("created", .string(self.now)) }
        editor.set("updated", .string(self.now))
    }

    /// Joins frontmatter, between the fences it had or new ones, and the text below it.
    private func file(_ block: [UInt8], body: [UInt8], keepsFences: Bool) -> [UInt8] {
        let newline = Array((self.existing?.newline ?? "\n").utf8)
        var opening = Array("---".utf8) + newline
        var closing = opening + newline
        if keepsFences, let existing = self.existing, let old = existing.block {
            opening = Array(existing.bytes[..<old.lowerBound])
            closing = Array(existing.bytes[old.upperBound..<existing.bodyStart])
            if closing.last != 0x0A { closing += newline }
            // A text that begins with an empty line would lose it to the closing fence.
            let hasEmptyLine = closing.dropLast().contains(0x0A)
            if !hasEmptyLine, body.first == 0x0A || body.starts(with: [0x0D, 0x0A]) { closing += newline }
        }
        return opening + block + closing + body
    }
}
