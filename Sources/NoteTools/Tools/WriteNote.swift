import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `write_note`: creates a note or replaces its text.
    static func writeNote(within limit: AnswerLimit) -> Tool {
        Tool(Self.writeNoteDefinition, scope: "notes:write", writes: true) { vault, arguments in
            let draft = NoteDraft(
                path: try arguments.string("path"),
                body: try arguments.string("body"),
                title: arguments.optionalString("title"),
                metadata: arguments.optionalObject("metadata"),
                ifMatch: arguments.optionalString("if_match").map { $0 == "none" ? .none : .revision($0) }
            )
            return try await mappingVaultErrors {
                try await vault.write(draft) { try Self.outcome(of: $0, within: limit) }
            }
        }
    }

    private static func outcome(of written: WrittenNote, within limit: AnswerLimit) throws -> ToolOutcome {
        let query = NotePartQuery(maxBytes: AnswerLimit.textBytes)
        var writer = JSONWriter(capacity: min(written.note.body.utf8.count, query.maxBytes) + 1024)
        try writer.object {
            $0.key("note")
            _ = try NoteAnswer(written.note, query, within: limit, to: &$0)
            if written.indexPending {
                $0.field("warning", "The note is written; it will be found by search after the next write.")
            }
        }
        let event = ToolEvent(
            "note_written",
            details: [
                "path": written.note.path, "revision": written.note.revision, "created": "\(written.created)",
            ]
        )
        return .result(writer.bytes, text: "Successfully saved note: \(written.note.path)", events: [event])
    }

    private static var writeNoteDefinition: ToolDefinition {
        ToolDefinition(
            name: "write_note",
            title: "Write note",
            description: """
                Create a note or replace its text. Frontmatter that you do not name stays as it is; 'created' stays \
                and 'updated' is set.
                """,
            inputSchema: Schemas.arguments(
                [
                    "path": Schemas.path,
                    // No request is larger: what a note may have is counted in bytes, and refused as 'note_too_large'.
                    "body": [
                        "type": "string", "description": "The whole text in Markdown, at most 1 MiB.",
                        "maxLength": 8_388_608,
                    ],
                    "title": ["type": "string", "description": "Set as title in the frontmatter.", "maxLength": 500],
                    "metadata": ["type": "object", "description": "Frontmatter to set, such as {\"tags\": [\"x\"]}."],
                    "if_match": Schemas.ifMatch,
                ],
                required: ["path", "body"]
            ),
            outputSchema: Schemas.fields(["note": Schemas.note, "warning": Schemas.text], required: ["note"]),
            annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: true, openWorld: false)
        )
    }
}
