import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `get_tags`: every tag of the vault with the number of notes that have it, page by page.
    static func getTags(within limit: AnswerLimit) -> Tool {
        Tool(Self.getTagsDefinition, scope: "notes:read", writes: false) { vault, arguments in
            let query = arguments.pageQuery
            return try await mappingVaultErrors {
                try await vault.tags(query, into: ListAnswer("tags", within: limit)) { answer, tag in
                    answer.take { $0.tag(tag) }
                }.outcome
            }
        }
    }

    private static var getTagsDefinition: ToolDefinition {
        ToolDefinition(
            name: "get_tags",
            title: "Get tags",
            description: "Every tag of the vault with the number of notes that have it, most used first.",
            inputSchema: Schemas.arguments([
                "limit": Schemas.limit(PageQuery.maxLimit, default: PageQuery.maxLimit), "cursor": Schemas.cursor,
            ]),
            outputSchema: Schemas.list(
                "tags",
                of: Schemas.object(["tag": Schemas.text, "count": Schemas.count], required: ["tag", "count"])
            ),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        )
    }
}
