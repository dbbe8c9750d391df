import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `get_backlinks`: the notes that link to a note.
    static let getBacklinks = Tool(
        ToolDefinition(
            name: "get_backlinks",
            title: "Get backlinks",
            description: "The notes that link to a note, most recently updated first, each with the linking line.",
            inputSchema: Schemas.arguments(["path": Schemas.path], required: ["path"]),
            outputSchema: Schemas.list(
                "backlinks",
                of: Schemas.object(
                    ["path": Schemas.text, "title": Schemas.text, "context": Schemas.text],
                    required: ["path", "title", "context"]
                )
            ),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        ),
        scope: "notes:read",
        writes: false
    ) { vault, arguments in
        let path = try arguments.string("path")
        let backlinks = try await mappingVaultErrors { try await vault.backlinks(to: path) }
        var writer = JSONWriter(capacity: 256 * backlinks.count + 64)
        writer.list("backlinks", backlinks) { writer, backlink in
            writer.object {
                $0.field("path", backlink.path)
                $0.field("title", backlink.title)
                $0.field("context", backlink.context)
            }
        }
        return .result(writer.bytes)
    }
}
