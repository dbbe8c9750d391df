import Encodings
import Foundation
import MCPServer
import Testing

/// Every tool over a vault of the largest and most awkward notes: no answer above the bound, every list and every
/// text readable to its end, nothing twice.
@Suite(.serialized) struct HostileVaultTests {
    /// `HOSTILE_NOTES=50000` fills a vault to its quota.
    private static let notes = ProcessInfo.processInfo.environment["HOSTILE_NOTES"].flatMap { Int($0) } ?? 1000

    private func withHostileVault(
        notes: Int = 40,
        _ body: (HostileVault, ToolCaller) async throws -> Void
    ) async throws {
        let vault = HostileVault(count: notes)
        try await withTools(put: { try vault.write(to: $0) }) { tools in
            // A large index is not ready within the time of one call.
            while try await tools.call("list_notes", ["limit": 1]).result["isError"] == true {}
            try await body(vault, tools)
        }
    }

    private func answer(_ tools: ToolCaller, _ tool: String, _ arguments: JSONObject) async throws -> JSONValue {
        let reply = await tools.reply(tool, arguments)
        let values = arguments.map { "\($0.key): \("\($0.value)".prefix(bytes: 100))" }.joined(separator: ", ")
        return try AnswerSize.check(reply.body, "\(tool)(\(values))")
    }

    /// The values of a field of all elements of a list, page by page.
    private func elements(
        _ tools: ToolCaller,
        _ tool: String,
        _ arguments: JSONObject,
        _ list: String,
        _ field: String
    ) async throws -> [String] {
        var arguments = arguments
        var values: [String] = []
        var pages = 0
        while true {
            let content = try await self.answer(tools, tool, arguments)["structuredContent"]
            let page = content?[list]?.arrayValue?.compactMap { $0[field]?.stringValue } ?? []
            values += page
            pages += 1
            guard let cursor = content?["next_cursor"], !page.isEmpty, pages < 100_000 else { return values }
            arguments["cursor"] = cursor
        }
    }

    @Test func everyListIsReadToItsEnd() async throws {
        try await self.withHostileVault(notes: Self.notes) { vault, tools in
            let paths = vault.bodies.keys.sorted()
            for (sort, limit) in [("path", 1000), ("title", 1000), ("updated", 1000), ("path", 7)] {
                let arguments: JSONObject = ["sort": .string(sort), "limit": .integer(Int64(limit))]
                let listed = try await self.elements(tools, "list_notes", arguments, "notes", "path")
                #expect(listed.sorted() == paths, "\(sort)")
            }
            let backlinks = try await self.elements(
                tools,
                "get_backlinks",
                ["path": "target.md"],
                "backlinks",
                "path"
            )
            #expect(backlinks.sorted() == vault.linking.sorted())
            let tags = try await self.elements(tools, "get_tags", [:], "tags", "tag")
            #expect(tags.count == vault.tags.count)
            #expect(Set(tags) == Set(vault.tags.keys))
            let found = try await self.elements(
                tools,
                "search_notes",
                ["query": "word", "limit": 100],
                "results",
                "path"
            )
            #expect(Set(found).count == found.count)
            // No cursor leads past 10,000 hits.
            #expect(found.count == vault.linking.count || found.count > 10_000)
        }
    }

    @Test func everyTextIsReadToItsEnd() async throws {
        try await self.withHostileVault { vault, tools in
            for path in HostileVault.largePaths {
                for maxBytes in path == "large/metadata.md" ? [Int64(60_000), nil] : [60_000] {
                    var arguments: JSONObject = ["path": .string(path)]
                    if let maxBytes { arguments["max_bytes"] = .integer(maxBytes) }
                    var body = ""
                    var parts = 0
                    while parts < 1000 {
                        let note = try await self.answer(tools, "read_note", arguments)["structuredContent"]?["note"]
                        body += note?["body"]?.stringValue ?? ""
                        parts += 1
                        guard note?["truncated"] == true else { break }
                        arguments["from_line"] = note?["next_line"]
                        arguments["from_byte"] = note?["next_byte"]
                    }
                    #expect(body.utf8.elementsEqual((vault.bodies[path] ?? "").utf8), "\(path): \(parts) parts")
                }
            }
            for path in vault.bodies.keys.sorted().prefix(50) {
                _ = try await self.answer(tools, "read_note", ["path": .string(path)])
            }
        }
    }

    @Test func everyOutlineIsReadToItsEnd() async throws {
        try await self.withHostileVault { vault, tools in
            for path in HostileVault.largePaths {
                var arguments: JSONObject = ["path": .string(path), "outline_only": true]
                var lines: [Int] = []
                while lines.count < 10_000 {
                    let note = try await self.answer(tools, "read_note", arguments)["structuredContent"]?["note"]
                    lines += note?["outline"]?.arrayValue?.compactMap { $0["line"]?.intValue } ?? []
                    guard note?["truncated"] == true else { break }
                    arguments["from_line"] = note?["next_line"]
                }
                let headings = (vault.bodies[path] ?? "").split(separator: "\n").count { $0.hasPrefix("# ") }
                #expect(lines.count == headings)
                #expect(lines == Set(lines).sorted())
            }
        }
    }

    @Test func writesAndErrorsKeepToTheBound() async throws {
        try await self.withHostileVault { vault, tools in
            for path in HostileVault.largePaths {
                // The frontmatter that a write adds counts too.
                let body = (vault.bodies[path] ?? "").prefix(bytes: (1 << 20) - 200)
                let conflict: JSONObject = ["path": .string(path), "body": "\u{1}", "if_match": "0000000000000000"]
                let refused = try await self.answer(tools, "write_note", conflict)
                #expect(refused["isError"] == true)
                let written = try await self.answer(
                    tools,
                    "write_note",
                    ["path": .string(path), "body": .string(body)]
                )
                #expect(written["isError"] == false, "\(path)")
                let section = JSONValue.string(String(repeating: "\"", count: 1000))
                _ = try await self.answer(tools, "read_note", ["path": .string(path), "section": section])
            }
            var metadata: JSONObject = [:]
            for index in 0..<900 { metadata["k\(index)"] = .string(String(repeating: "\"", count: 30)) }
            let written = try await self.answer(
                tools,
                "write_note",
                ["path": "new.md", "body": "x", "metadata": .object(metadata)]
            )
            #expect(written["isError"] == false)
            for path in vault.bodies.keys.sorted().suffix(20) {
                let near = String(path.dropLast(4)) + "x.md"
                for tool in ["read_note", "get_backlinks", "delete_note"] {
                    _ = try await self.answer(tools, tool, ["path": .string(near)])
                }
            }
        }
    }
}
