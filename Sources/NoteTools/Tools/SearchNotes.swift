import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `search_notes`: full-text search, best first.
    static let searchNotes = Tool(
        ToolDefinition(
            name: "search_notes",
            title: "Search notes",
            description: """
                Search the vault by words, best matches first. Knows "phrases", prefix*, -not, tag:x, folder:x and \
                title:x; words of any script.
                """,
            inputSchema: Schemas.arguments(
                [
                    "query": ["type": "string", "minLength": 1, "maxLength": 1000],
                    "limit": ["type": "integer", "minimum": 1, "maximum": 100, "default": 50],
                    "folder": Schemas.folder("Only notes in this folder."),
                    "tags": ["type": "array", "items": Schemas.tag(), "maxItems": 20],
                    "updated_after": [
                        "type": "string", "description": "ISO 8601, such as 2026-01-31T00:00:00Z.", "maxLength": 64,
                    ],
                    "cursor": Schemas.cursor,
                ],
                required: ["query"]
            ),
            outputSchema: Schemas.list(
                "results",
                of: Schemas.object(
                    [
                        "title": Schemas.text, "note_path": Schemas.text, "path": Schemas.text,
                        "snippet": Schemas.text, "score": ["type": "number"], "updated": Schemas.text,
                        "revision": Schemas.text,
                    ],
                    required: ["title", "note_path", "path", "snippet", "score", "updated", "revision"]
                ),
                paged: true
            ),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        ),
        scope: "notes:read",
        writes: false
    ) { vault, arguments in
        let query = SearchQuery(
            text: try arguments.string("query"),
            limit: arguments.optionalInteger("limit") ?? 50,
            folder: arguments.optionalString("folder"),
            tags: arguments.strings("tags"),
            updatedAfter: try arguments.optionalString("updated_after").map { try Timestamp.date($0) },
            cursor: arguments.optionalString("cursor")
        )
        let page = try await mappingVaultErrors { try await vault.search(query) }
        var writer = JSONWriter(capacity: 512 * page.hits.count + 64)
        writer.list("results", page.hits, nextCursor: page.nextCursor) { $0.hit($1) }
        return .result(writer.bytes)
    }
}
