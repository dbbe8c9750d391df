import Encodings
import MCPCore
import MCPServer
import Vault

extension Tool where Subject == Vault {
    /// `read_note`: one note with its text, frontmatter, outline and links.
    static let readNote = Tool(
        ToolDefinition(
            name: "read_note",
            title: "Read note",
            description: "Read a note: its text, frontmatter, outline, links and revision.",
            inputSchema: Schemas.arguments(["path": Schemas.path], required: ["path"]),
            outputSchema: Schemas.fields(["note": Schemas.note], required: ["note"]),
            annotations: ToolAnnotations(readOnly: true, idempotent: true, openWorld: false)
        ),
        scope: "notes:read",
        writes: false
    ) { vault, arguments in
        let path = try arguments.string("path")
        let note = try await mappingVaultErrors { try await vault.read(path) }
        var writer = JSONWriter(capacity: note.body.utf8.count + 1024)
        writer.object {
            $0.key("note")
            $0.note(note)
        }
        return .result(writer.bytes, text: "Read note: \(note.title)\n\n\(note.body)")
    }
}
