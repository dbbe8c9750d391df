import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `read_note`: one note with its text, frontmatter, outline and links.
    static func readNote(within limit: AnswerLimit) -> Tool {
        Tool(Self.readNoteDefinition(limit), scope: "notes:read", writes: false) { vault, arguments in
            let path = try arguments.string("path")
            let query = NotePartQuery(
                section: arguments.optionalString("section"),
                line: arguments.optionalInteger("from_line"),
                byte: arguments.optionalInteger("from_byte"),
                maxBytes: arguments.optionalInteger("max_bytes") ?? AnswerLimit.textBytes
            )
            let isOutlineOnly = arguments.optionalBool("outline_only") ?? false
            return try await mappingVaultErrors {
                try await vault.read(path) { note in
                    var writer = JSONWriter(capacity: min(note.body.utf8.count, query.maxBytes) + 1024)
                    writer.beginObject()
                    writer.key("note")
                    let text =
                        isOutlineOnly
                        ? OutlineAnswer(note, from: query.line ?? 1, within: limit, to: &writer).text
                        : try NoteAnswer(note, query, within: limit, to: &writer).text
                    writer.endObject()
                    return .result(writer.bytes, text: text)
                }
            }
        }
    }

    private static func readNoteDefinition(_ limit: AnswerLimit) -> ToolDefinition {
        ToolDefinition(
            name: "read_note",
            title: "Read note",
            description: """
                Read a note: its text, frontmatter, outline, links and revision. A long note comes in parts: go on with \
                next_line (and next_byte) as from_line (and from_byte), or ask for a section.
                """,
            inputSchema: Schemas.arguments(
                [
                    "path": Schemas.path,
                    "section": [
                        "type": "string", "description": "Only the text below this heading.", "minLength": 1,
                        "maxLength": 1000,
                    ],
                    "from_line": ["type": "integer", "description": "First line of the text, from 1.", "minimum": 1],
                    "from_byte": ["type": "integer", "description": "Bytes of that line to skip.", "minimum": 0],
                    "max_bytes": [
                        "type": "integer", "description": "Bytes of text.", "minimum": 1024,
                        "maximum": .integer(Int64(limit.bytes)), "default": .integer(Int64(AnswerLimit.textBytes)),
                    ],
                    "outline_only": ["type": "boolean", "description": "The headings instead of the text."],
                ],
                required: ["path"]
            ),
            outputSchema: Schemas.fields(["note": Schemas.note], required: ["note"]),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        )
    }
}
