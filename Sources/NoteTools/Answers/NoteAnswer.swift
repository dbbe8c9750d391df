import Encodings
import NoteFormat
import Vault

/// A note as structured content, with as much of its text as fits.
struct NoteAnswer: Sendable {
    private let part: NotePart
    private let title: String
    private let lineCount: Int

    /// Writes the note's object.
    ///
    /// - Throws: `VaultError` where the note has no such section or line.
    init(_ note: Note, _ query: NotePartQuery, within limit: AnswerLimit, to writer: inout JSONWriter) throws {
        var query = query
        writer.beginObject()
        writer.noteHead(note, within: limit)
        writer.outline(note.outline, upTo: limit.outlineBytes)
        query.maxBytes = min(query.maxBytes, limit.bytes - writer.bytes.count - AnswerLimit.noteTailBytes)
        query.maxEscapedBytes = limit.escapedBytes
        let part = try note.part(query)
        writer.field("body", part.text)
        writer.position(part, of: note)
        writer.endObject()
        self.part = part
        self.title = note.title.prefix(bytes: AnswerLimit.titleBytes)
        self.lineCount = note.lineCount
    }

    /// For clients that read only text: the note's text, and which part of it this is.
    var text: String {
        guard !self.part.isWhole else { return "Read note: \(self.title)\n\n\(self.part.text)" }
        let lines = "lines \(self.part.firstLine)–\(self.part.lastLine) of \(self.lineCount)"
        var end = "… \(lines)"
        if let next = self.part.next {
            end += "; continue with from_line \(next.line)"
            if next.byte > 0 { end += " and from_byte \(next.byte)" }
        }
        return """
            Read note: \(self.title)
            Only \(lines): do not write this part back as the whole note.

            \(self.part.text)

            \(end).
            """
    }
}

extension JSONWriter {
    fileprivate mutating func position(_ part: NotePart, of note: Note) {
        self.field("truncated", part.next != nil)
        if let next = part.next {
            self.field("next_line", next.line)
            if next.byte > 0 { self.field("next_byte", next.byte) }
        }
        guard !part.isWhole else { return }
        self.field("part") {
            $0.field("from_line", part.firstLine)
            $0.field("to_line", part.lastLine)
            $0.field("lines", note.lineCount)
        }
    }
}
