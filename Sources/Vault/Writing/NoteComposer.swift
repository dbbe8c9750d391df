/// Makes a note's new file from the one there is and what the caller wants.
struct NoteComposer {
    private let draft: NoteDraft
    private let existing: NoteSource?
    /// The time, as the frontmatter is to have it.
    private let now: String

    init(_ draft: NoteDraft, over existing: NoteSource?, now: String) {
        self.draft = draft
        self.existing = existing
        self.now = now
    }

    /// The bytes of the new file.
    ///
    /// Frontmatter that is not YAML, or is written in a way that cannot be changed key by key, stays as it is under a
    /// new text; setting a key in it is refused, and a block in the text takes its place.
    func bytes() throws -> [UInt8] {
        let own = try self.ownBlock()
        do {
            return try self.composed(own)
        } catch let fault as FrontmatterFault {
            if own == nil, self.draft.title == nil, self.draft.metadata == nil,
                let existing = self.existing, let block = existing.block
            {
                return self.file(Array(existing.bytes[block]), body: Array(self.draft.body.utf8), hasOldFence: true)
            }
            throw MetadataRules.invalid(
                "the frontmatter cannot be changed: \(fault)",
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
        let body = own?.body ?? Array(self.draft.body.utf8)
        return self.file(Array(try editor.edited().utf8), body: body, hasOldFence: old != nil)
    }

    /// Frontmatter that the text itself begins with.
    private func ownBlock() throws -> OwnBlock? {
        guard self.draft.title == nil, self.draft.metadata == nil else { return nil }
        let source = NoteSource(Array(self.draft.body.utf8))
        guard let text = source.blockText else { return nil }
        do {
            let editor = try FrontmatterEditor(text, newline: source.newline)
            try MetadataRules.check(editor.object)
            return (editor, Array(source.bytes[source.bodyStart...]))
        } catch let fault as FrontmatterFault {
            // Two rules with a text between them.
            if fault == .noKeys { return nil }
            throw MetadataRules.invalid("the frontmatter at the start of the body cannot be read: \(fault)")
        }
    }

    private func existingEditor() throws -> FrontmatterEditor? {
        guard let existing = self.existing, existing.block != nil else { return nil }
        guard let text = existing.blockText else { throw FrontmatterFault("it is not UTF-8") }
        return try FrontmatterEditor(text, newline: existing.newline)
    }

    /// The frontmatter there is, unless it cannot be read: then the new one takes its place.
    private func replaceableEditor() -> FrontmatterEditor? {
        do { return try self.existingEditor() } catch { return nil }
    }

    private func setKeys(_ editor: inout FrontmatterEditor) throws {
        for (key, value) in self.draft.metadata ?? [:] where key != "updated" { editor.set(key, value) }
        if let title = self.draft.title { editor.set("title", .string(LinkText.trimmed(title[...]))) }
        if self.existing == nil, editor["created"] == nil { editor.set("created", .string(self.now)) }
        editor.set("updated", .string(self.now))
    }

    /// Puts frontmatter between the lines it had, or new ones, and the text below it.
    private func file(_ block: [UInt8], body: [UInt8], hasOldFence: Bool) -> [UInt8] {
        let newline = Array((self.existing?.newline ?? "\n").utf8)
        var opening = Array("---".utf8) + newline
        var closing = opening + newline
        if hasOldFence, let existing = self.existing, let old = existing.block {
            opening = Array(existing.bytes[..<old.lowerBound])
            closing = Array(existing.bytes[old.upperBound..<existing.bodyStart])
            if closing.last != 0x0A { closing += newline }
            // A text that begins with an empty line would lose it to the frontmatter's end.
            let hasEmptyLine = closing.dropLast().contains(0x0A)
            if !hasEmptyLine, body.first == 0x0A || body.starts(with: [0x0D, 0x0A]) { closing += newline }
        }
        return opening + block + closing + body
    }
}
