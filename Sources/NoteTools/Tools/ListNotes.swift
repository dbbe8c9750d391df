import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `list_notes`: the notes of a vault or of a folder, page by page.
    static let listNotes = Tool(
        ToolDefinition(
            name: "list_notes",
            title: "List notes",
            description: "List the notes of the vault, or of a folder, with title, tags, size and revision.",
            inputSchema: Schemas.arguments([
                "folder": Schemas.folder("Only notes in this folder and the folders within it."),
                "tag": Schemas.tag("Only notes with this tag."),
                "sort": ["type": "string", "enum": ["path", "updated", "title"], "default": "path"],
                "limit": ["type": "integer", "minimum": 1, "maximum": 1000, "default": 100],
                "cursor": Schemas.cursor,
            ]),
            outputSchema: Schemas.list(
                "notes",
                of: Schemas.object(
                    [
                        "path": Schemas.text, "title": Schemas.text, "last_modified": Schemas.text,
                        "revision": Schemas.text, "size_bytes": Schemas.count, "tags": Schemas.tags,
                    ],
                    required: ["path", "title", "last_modified", "revision", "size_bytes", "tags"]
                ),
                paged: true
            ),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        ),
        scope: "notes:read",
        writes: false
    ) { vault, arguments in
        let query = NoteQuery(
            folder: arguments.optionalString("folder"),
            tag: arguments.optionalString("tag"),
            sort: arguments.optionalString("sort").flatMap { NoteSort(rawValue: $0) } ?? .path,
            limit: arguments.optionalInteger("limit") ?? 100,
            after: arguments.optionalString("cursor")
        )
        let page = try await mappingVaultErrors { try await vault.list(query) }
        var writer = JSONWriter(capacity: 256 * page.notes.count + 64)
        writer.list("notes", page.notes, nextCursor: page.nextCursor) { $0.summary($1) }
        return .result(writer.bytes)
    }
}
