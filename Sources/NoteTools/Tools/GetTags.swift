import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `get_tags`: every tag of the vault with the number of notes that have it.
    static let getTags = Tool(
        ToolDefinition(
            name: "get_tags",
            title: "Get tags",
            description: "Every tag of the vault with the number of notes that have it, most used first.",
            inputSchema: Schemas.arguments([:]),
            outputSchema: Schemas.list(
                "tags",
                of: Schemas.object(["tag": Schemas.text, "count": Schemas.count], required: ["tag", "count"])
            ),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        ),
        scope: "notes:read",
        writes: false
    ) { vault, _ in
        let tags = try await mappingVaultErrors { try await vault.tags() }
        var writer = JSONWriter(capacity: 48 * tags.count + 64)
        writer.list("tags", tags) { writer, tag in
            writer.object {
                $0.field("tag", tag.tag)
                $0.field("count", tag.count)
            }
        }
        return .result(writer.bytes)
    }
}
