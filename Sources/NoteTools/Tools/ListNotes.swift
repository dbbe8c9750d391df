import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `list_notes`: the notes of a vault or of a folder, page by page.
    static func listNotes(within limit: AnswerLimit) -> Tool {
        Tool(Self.listNotesDefinition, scope: "notes:read", writes: false) { vault, arguments in
            let query = NoteQuery(
                folder: arguments.optionalString("folder"),
                tag: arguments.optionalString("tag"),
                sort: arguments.optionalString("sort").flatMap { NoteSort(rawValue: $0) } ?? .path,
                limit: arguments.optionalInteger("limit") ?? 100,
                after: arguments.optionalString("cursor")
            )
            // A cursor of a list by title holds the title.
            let cursorBytes = query.sort == .title ? 6144 : 2048
            return try await mappingVaultErrors {
                try await vault.list(query, into: ListAnswer("notes", within: limit, cursorBytes: cursorBytes)) {
                    answer,
                    note in
                    answer.take { $0.summary(note) }
                }.outcome
            }
        }
    }

    private static var listNotesDefinition: ToolDefinition {
        ToolDefinition(
            name: "list_notes",
            title: "List notes",
            description: "List the notes of the vault, or of a folder, with title, tags, size and revision.",
            inputSchema: Schemas.arguments([
                "folder": Schemas.folder("Only notes in this folder and the folders within it."),
                "tag": Schemas.tag("Only notes with this tag."),
                "sort": ["type": "string", "enum": ["path", "updated", "title"], "default": "path"],
                "limit": Schemas.limit(1000, default: 100),
                "cursor": Schemas.cursor,
            ]),
            outputSchema: Schemas.list(
                "notes",
                of: Schemas.object(
                    [
                        "path": Schemas.text, "title": Schemas.text, "last_modified": Schemas.text,
                        "revision": Schemas.text, "size_bytes": Schemas.count, "tags": Schemas.tags,
                        "tags_truncated": Schemas.flag,
                    ],
                    required: ["path", "title", "last_modified", "revision", "size_bytes", "tags"]
                )
            ),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        )
    }
}
