import Encodings
import MCPServer
import Testing

struct ReadNoteTests {
    /// Reads a note to its end, as the answers say.
    private func parts(
        _ tools: ToolCaller,
        _ arguments: JSONObject
    ) async throws -> [(note: JSONValue, text: String)] {
        var arguments = arguments
        var parts: [(JSONValue, String)] = []
        while true {
            let result = try await tools.call("read_note", arguments).result
            let note = try #require(result["structuredContent"]?["note"])
            let text = try #require(result["content"]?.arrayValue?.first?["text"]?.stringValue)
            parts.append((note, text))
            guard note["truncated"] == true, parts.count < 2000 else { return parts }
            arguments["from_line"] = note["next_line"]
            arguments["from_byte"] = note["next_byte"]
        }
    }

    private func body(_ parts: [(note: JSONValue, text: String)]) -> String {
        parts.map { $0.note["body"]?.stringValue ?? "?" }.joined()
    }

    @Test func aLongNoteIsReadToItsEndByLines() async throws {
        try await withTools { tools in
            let body = (1...5000).map { "line \($0) of the note, \(String(repeating: "é", count: $0 % 40))" }
                .joined(separator: "\n")
            _ = try await tools.content("write_note", ["path": "a.md", "body": .string(body)])
            let parts = try await self.parts(tools, ["path": "a.md"])
            #expect(self.body(parts) == body)
            #expect(parts.allSatisfy { $0.note["next_byte"] == nil })
            #expect(parts.allSatisfy { ($0.note["body"]?.stringValue?.utf8.count ?? .max) <= 32 << 10 })
            #expect(parts.first?.note["part"]?["from_line"] == 1)
            #expect(parts.first?.note["part"]?["lines"] == 5000)
            #expect(parts.last?.note["part"]?["to_line"] == 5000)
            #expect(parts.last?.note["next_line"] == nil)
        }
    }

    @Test func aPartSaysThatItIsNotTheWhole() async throws {
        try await withTools { tools in
            let body = String(repeating: "0123456789\n", count: 3000)
            _ = try await tools.content("write_note", ["path": "a.md", "body": .string(body)])
            let first = try await tools.call("read_note", ["path": "a.md", "max_bytes": 8800]).result
            let last = try await tools.call("read_note", ["path": "a.md", "from_line": 2401]).result
            let texts = [first, last].map { $0["content"]?.arrayValue?.first?["text"]?.stringValue ?? "" }
            #expect(texts[0].hasPrefix("Read note: a\nOnly lines 1–800 of 3000: do not write"))
            #expect(texts[0].hasSuffix("\n… lines 1–800 of 3000; continue with from_line 801."))
            #expect(texts[1].hasSuffix("\n… lines 2401–3000 of 3000."))
            #expect(last["structuredContent"]?["note"]?["truncated"] == false)
            #expect(last["structuredContent"]?["note"]?["part"]?["from_line"] == 2401)
        }
    }

    @Test(arguments: ["x", "é", "😀", "\u{1}", "\"", "a\u{301}"])
    func aNoteOfOneLineIsReadToItsEnd(character: String) async throws {
        try await withTools { tools in
            let body = "#" + String(repeating: character, count: 200_000 / character.utf8.count)
            _ = try await tools.content("write_note", ["path": "a.md", "body": .string(body)])
            let parts = try await self.parts(tools, ["path": "a.md", "max_bytes": 60_000])
            #expect(self.body(parts).utf8.elementsEqual(body.utf8))
            #expect(parts.dropLast().allSatisfy { $0.note["next_line"] == 1 })
        }
    }

    @Test func aSectionEndsBeforeTheNextOfItsLevel() async throws {
        try await withTools { tools in
            let body = "intro\n\n# One\na\n\n## Deep *er*\nb\n\n# Two\nc\n"
            _ = try await tools.content("write_note", ["path": "a.md", "body": .string(body)])
            let sections = [
                "One": "# One\na\n\n## Deep *er*\nb\n\n", "## deep ER": "## Deep *er*\nb\n\n", "two": "# Two\nc\n",
            ]
            for (name, expected) in sections {
                let read = try await tools.content("read_note", ["path": "a.md", "section": .string(name)])
                #expect(read["note"]?["body"]?.stringValue == expected)
                #expect(read["note"]?["truncated"] == false)
                #expect(read["note"]?["part"] != nil)
            }
        }
    }

    @Test func aLongSectionIsReadToItsEnd() async throws {
        try await withTools { tools in
            let section = "## B\n" + String(repeating: "0123456789\n", count: 5000)
            let body = "## A\nx\n" + section + "## C\n" + section
            _ = try await tools.content("write_note", ["path": "a.md", "body": .string(body)])
            let parts = try await self.parts(tools, ["path": "a.md", "section": "B", "max_bytes": 4000])
            #expect(self.body(parts) == section)
            #expect(parts.count > 10)
        }
    }

    @Test func anUnknownSectionNamesThoseLikeIt() async throws {
        try await withTools { tools in
            _ = try await tools.content(
                "write_note",
                ["path": "a.md", "body": "# Groceries\n\n# Open tasks\n\n# Ideas"]
            )
            let failure = try await tools.failure("read_note", ["path": "a.md", "section": "Grocerys"])
            let part = try await tools.failure("read_note", ["path": "a.md", "section": "tasks"])
            let none = try await tools.failure("read_note", ["path": "a.md", "section": "Something else"])
            #expect(failure["error"] == "not_found")
            #expect(failure["suggestions"] == ["Groceries"])
            #expect(failure["hint"]?.stringValue?.contains("'Groceries'") == true)
            #expect(part["suggestions"] == ["Open tasks"])
            #expect(none["hint"]?.stringValue?.contains("outline_only") == true)
        }
    }

    @Test func aLineBehindTheEndIsRefused() async throws {
        try await withTools { tools in
            _ = try await tools.content("write_note", ["path": "a.md", "body": "# A\none\n# B\ntwo\n"])
            let refused: [JSONObject] = [
                ["from_line": 5], ["from_byte": 5], ["section": "A", "from_line": 3], ["section": "B", "from_line": 1],
            ]
            for arguments in refused {
                var arguments = arguments
                arguments["path"] = "a.md"
                let failure = try await tools.failure("read_note", arguments)
                #expect(failure["error"] == "validation_error")
            }
            let rest = try await tools.content("read_note", ["path": "a.md", "from_line": 2, "from_byte": 1])
            #expect(rest["note"]?["body"] == "ne\n# B\ntwo\n")
        }
    }

    @Test func aLongOutlineIsReadToItsEnd() async throws {
        try await withTools { tools in
            let body = (1...9000).map { "# Heading \($0)\n\n" }.joined()
            _ = try await tools.content("write_note", ["path": "a.md", "body": .string(body)])
            var headings: [String] = []
            var arguments: JSONObject = ["path": "a.md", "outline_only": true]
            while headings.count < 10_000 {
                let note = try await tools.content("read_note", arguments)["note"]
                headings += note?["outline"]?.arrayValue?.compactMap { $0["text"]?.stringValue } ?? []
                #expect(note?["body"] == "")
                guard note?["truncated"] == true else { break }
                arguments["from_line"] = note?["next_line"]
            }
            #expect(headings == (1...9000).map { "Heading \($0)" })
        }
    }

    @Test func largeMetadataIsMarked() async throws {
        try await withTools { tools in
            var metadata: JSONObject = ["rank": 3]
            for number in 1...100 { metadata["key\(number)"] = .string(String(repeating: "x", count: 500)) }
            _ = try await tools.content(
                "write_note",
                ["path": "a.md", "body": "text", "metadata": .object(metadata)]
            )
            let note = try await tools.content("read_note", ["path": "a.md"])["note"]
            #expect(note?["metadata_truncated"] == true)
            #expect(note?["metadata"]?["rank"] == 3)
            #expect(note?["body"] == "text")
        }
    }

    @Test func aWrittenNoteIsShownInPart() async throws {
        try await withTools { tools in
            let body = String(repeating: "0123456789\n", count: 90_000)
            let written = try await tools.content("write_note", ["path": "a.md", "body": .string(body)])["note"]
            #expect(written?["truncated"] == true)
            #expect(written?["part"]?["lines"] == 90_000)
            #expect(written?["body"]?.stringValue.map { body.hasPrefix($0) } == true)
        }
    }
}
