import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `delete_note`: deletes a note.
    static let deleteNote = Tool(
        ToolDefinition(
            name: "delete_note",
            title: "Delete note",
            description: "Delete a note.",
            inputSchema: Schemas.arguments(["path": Schemas.path, "if_match": Schemas.ifMatch], required: ["path"]),
            outputSchema: Schemas.fields(
                ["status": ["type": "string", "enum": ["ok"]], "deleted_revision": Schemas.text],
                required: ["status"]
            ),
            annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: false, openWorld: false)
        ),
        scope: "notes:write",
        writes: true
    ) { vault, arguments in
        let path = try arguments.string("path")
        let condition: RevisionCondition? = arguments.optionalString("if_match").map { .revision($0) }
        let revision = try await mappingVaultErrors { try await vault.delete(path, ifMatch: condition) }
        var writer = JSONWriter()
        writer.object {
            $0.field("status", "ok")
            $0.field("deleted_revision", revision)
        }
        return .result(
            writer.bytes,
            events: [ToolEvent("note_deleted", details: ["path": path, "revision": revision])]
        )
    }
}
