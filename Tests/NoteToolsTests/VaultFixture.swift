import Encodings
import Foundation
import Logging
import MCPCore
import MCPServer
import NoteTools
import Testing
import Vault

/// Runs `body` with the tools over a real vault in a temporary folder.
///
/// - Parameter put: writes files into the vault's folder, before anything reads it.
func withTools(
    put: (URL) throws -> Void = { _ in },
    _ body: (ToolCaller) async throws -> Void
) async throws {
    let temporary = FileManager.default.temporaryDirectory.appendingPathComponent("carrel-\(UUID())")
    let folder = temporary.path
    try FileManager.default.createDirectory(
        at: temporary.appendingPathComponent("vaults/alice"),
        withIntermediateDirectories: true
    )
    try put(temporary.appendingPathComponent("vaults/alice"))
    let store = try VaultStore(
        configuration: VaultConfiguration(vaultsPath: "\(folder)/vaults", indexPath: "\(folder)/index"),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let caller = try ToolCaller(vault: store.vault(of: "alice"))
    do {
        try await body(caller)
    } catch {
        await store.close()
        try FileManager.default.removeItem(atPath: folder)
        throw error
    }
    await store.close()
    try FileManager.default.removeItem(atPath: folder)
}

/// Calls tools as a request does.
struct ToolCaller {
    let dispatcher: LegacyDispatcher<Vault>
    let caller: Caller<Vault>

    init(vault: Vault) throws {
        self.dispatcher = LegacyDispatcher(
            implementation: Implementation(name: "carrel", title: "Carrel", version: "test"),
            instructions: NoteToolSet.instructions,
            registry: try ToolRegistry(NoteToolSet.tools),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        self.caller = Caller(subject: vault, scopes: ["notes:read", "notes:write"])
    }

    func reply(_ tool: String, _ arguments: JSONObject) async -> Reply {
        let request = JSONRPCRequest(
            id: .integer(1),
            method: "tools/call",
            params: ["name": .string(tool), "arguments": .object(arguments)]
        )
        return await self.dispatcher.call(request).run(as: self.caller, revision: .v2025_11_25)
    }

    /// Returns the result and the audit events.
    func call(_ tool: String, _ arguments: JSONObject = [:]) async throws -> (result: JSONValue, events: [ToolEvent]) {
        let reply = await self.reply(tool, arguments)
        let json = try JSONParser.parse(reply.body)
        return (try #require(json["result"]), reply.events)
    }

    /// The structured content of a successful call.
    func content(_ tool: String, _ arguments: JSONObject = [:]) async throws -> JSONValue {
        let result = try await self.call(tool, arguments).result
        #expect(result["isError"] != true, "\(result)")
        return try #require(result["structuredContent"])
    }

    /// The structured content of a failed call.
    func failure(_ tool: String, _ arguments: JSONObject = [:]) async throws -> JSONValue {
        let result = try await self.call(tool, arguments).result
        #expect(result["isError"] == true, "\(result)")
        return try #require(result["structuredContent"])
    }
}
