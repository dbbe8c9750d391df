import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `get_backlinks`: the notes that link to a note, page by page.
    static func getBacklinks(within limit: AnswerLimit) -> Tool {
        Tool(Self.getBacklinksDefinition, scope: "notes:read", writes: false) { vault, arguments in
            let path = try arguments.string("path")
            let query = arguments.pageQuery
            return try await mappingVaultErrors {
                try await vault.backlinks(to: path, query, into: ListAnswer("backlinks", within: limit)) {
                    answer,
                    backlink in
                    answer.take { $0.backlink(backlink) }
                }.outcome
            }
        }
    }

    private static var getBacklinksDefinition: ToolDefinition {
        ToolDefinition(
            name: "get_backlinks",
            title: "Get backlinks",
            description: "The notes that link to a note, most recently updated first, each with the linking line.",
            inputSchema: Schemas.arguments(
                [
                    "path": Schemas.path, "limit": Schemas.limit(PageQuery.maxLimit, default: PageQuery.maxLimit),
                    "cursor": Schemas.cursor,
                ],
                required: ["path"]
            ),
            outputSchema: Schemas.list(
                "backlinks",
                of: Schemas.object(
                    ["path": Schemas.text, "title": Schemas.text, "context": Schemas.text],
                    required: ["path", "title", "context"]
                )
            ),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        )
    }
}
