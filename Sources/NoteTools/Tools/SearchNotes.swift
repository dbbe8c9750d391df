import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `search_notes`: full-text search, best first, page by page.
    static func searchNotes(within limit: AnswerLimit) -> Tool {
        Tool(Self.searchNotesDefinition, scope: "notes:read", writes: false) { vault, arguments in
            let query = SearchQuery(
                text: try arguments.string("query"),
                limit: arguments.optionalInteger("limit") ?? 50,
                folder: arguments.optionalString("folder"),
                tags: arguments.strings("tags"),
                updatedAfter: try arguments.optionalString("updated_after").map { try Timestamp.date($0) },
                cursor: arguments.optionalString("cursor")
            )
            return try await mappingVaultErrors {
                try await vault.search(query, into: ListAnswer("results", within: limit, cursorBytes: 3072)) {
                    answer,
                    hit in
                    answer.take { $0.hit(hit) }
                }.outcome
            }
        }
    }

    private static var searchNotesDefinition: ToolDefinition {
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
                    "limit": Schemas.limit(100, default: 50),
                    "folder": Schemas.folder("Only notes in this folder."),
                    "tags": ["type": "array", "items": Schemas.tag(), "maxItems": 20],
                    "updated_after": [
                        "type": "string", "description": "ISO 8601, such as 2026-01-31T00:00:00Z.", "maxLength": 64,
                    ],
                    "cursor": Schemas.cursor,
                ],
                required: ["query"]
            ),
            outputSchema: Schemas.list("results", of: Self.hitSchema),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        )
    }

    private static var hitSchema: JSONValue {
        Schemas.object(
            [
                "title": Schemas.text, "note_path": Schemas.text, "path": Schemas.text,
                "snippet": Schemas.text, "score": ["type": "number"], "updated": Schemas.text,
                "revision": Schemas.text,
            ],
            required: ["title", "note_path", "path", "snippet", "score", "updated", "revision"]
        )
    }
}
