import Encodings
import NoteFormat
import Vault

/// A note as structured content without its text, with as much of its outline as fits.
struct OutlineAnswer: Sendable {
    /// For clients that read only text: a line for each heading.
    let text: String

    /// Writes the note's object.
    ///
    /// - Parameter line: the line of the text from which on headings are listed.
    init(_ note: Note, from line: Int, within limit: AnswerLimit, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.noteHead(note, within: limit)
        let headings = note.outline.drop { $0.line < line }
        let room = limit.bytes - writer.bytes.count - AnswerLimit.noteTailBytes
        let count = writer.outline(headings, upTo: room)
        let next = headings.dropFirst(count).first
        writer.field("body", "")
        writer.field("truncated", next != nil)
        if let next { writer.field("next_line", next.line) }
        writer.endObject()
        var text = "Outline of note: \(note.title.prefix(bytes: AnswerLimit.titleBytes)) (\(note.lineCount) lines)\n"
        // bounded: a list
        for heading in headings.prefix(count) {
            text += "\n\(heading.line): \(String(repeating: "#", count: heading.level)) \(heading.text)"
        }
        if let next { text += "\n\n… continue with from_line \(next.line)." }
        self.text = text
    }
}
