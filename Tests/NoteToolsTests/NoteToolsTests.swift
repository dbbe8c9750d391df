import Encodings
import MCPCore
import MCPServer
import NoteTools
import Testing
import Vault

struct NoteToolsTests {
    @Test func aNoteIsReadAsItWasWritten() async throws {
        try await withTools { tools in
            let written = try await tools.call(
                "write_note",
                ["path": "a/b.md", "body": "# Hello\n\nTo [[c]] #x", "metadata": ["tags": ["y"], "rank": 3]]
            )
            let read = try await tools.call("read_note", ["path": "a/b.md"])
            let note = try #require(read.result["structuredContent"]?["note"])
            #expect(written.result["content"]?.arrayValue?.first?["text"] == "Successfully saved note: a/b.md")
            #expect(written.events.map(\.name) == ["note_written"])
            #expect(written.events.first?.details["path"] == "a/b.md")
            #expect(note["title"] == "Hello")
            #expect(note["note_path"] == "a/b.md")
            #expect(note["path"] == "a/b.md")
            #expect(note["body"] == "# Hello\n\nTo [[c]] #x")
            #expect(note["metadata"]?["tags"] == ["y"])
            #expect(note["metadata"]?["rank"] == 3)
            #expect(note["revision"]?.stringValue?.count == 16)
            #expect(
                note["outline"] == [
                    ["level": 1, "text": "Hello", "line": note["outline"]?.arrayValue?.first?["line"] ?? 0]
                ]
            )
            #expect(note["links"] == [["target": "c", "path": nil]])
            let text = read.result["content"]?.arrayValue?.first?["text"]?.stringValue
            #expect(text == "Read note: Hello\n\n# Hello\n\nTo [[c]] #x")
        }
    }

    @Test func everyReadToolSeesAWrite() async throws {
        try await withTools { tools in
            _ = try await tools.content("write_note", ["path": "source.md", "body": "See [[Target]]. #red"])
            _ = try await tools.content("write_note", ["path": "target.md", "body": "# Target\n\nApples. #red #green"])
            let list = try await tools.content("list_notes")
            let found = try await tools.content("search_notes", ["query": "apples"])
            let backlinks = try await tools.content("get_backlinks", ["path": "target.md"])
            let tags = try await tools.content("get_tags")
            #expect(list["notes"]?.arrayValue?.compactMap { $0["path"]?.stringValue } == ["source.md", "target.md"])
            #expect(found["results"]?.arrayValue?.compactMap { $0["note_path"]?.stringValue } == ["target.md"])
            #expect(found["results"]?.arrayValue?.first?["snippet"]?.stringValue?.contains("<mark>") == true)
            #expect(backlinks["backlinks"]?.arrayValue?.compactMap { $0["path"]?.stringValue } == ["source.md"])
            #expect(tags == ["tags": [["tag": "red", "count": 2], ["tag": "green", "count": 1]]])
        }
    }

    @Test func aCursorLeadsToTheNextPage() async throws {
        try await withTools { tools in
            for name in ["a", "b", "c"] {
                _ = try await tools.content("write_note", ["path": .string("\(name).md"), "body": "x"])
            }
            let first = try await tools.content("list_notes", ["limit": 2])
            let cursor = try #require(first["next_cursor"])
            let second = try await tools.content("list_notes", ["limit": 2, "cursor": cursor])
            #expect(first["notes"]?.arrayValue?.compactMap { $0["path"]?.stringValue } == ["a.md", "b.md"])
            #expect(second["notes"]?.arrayValue?.compactMap { $0["path"]?.stringValue } == ["c.md"])
            #expect(second["next_cursor"] == nil)
        }
    }

    @Test func aDeletedNoteIsGone() async throws {
        try await withTools { tools in
            _ = try await tools.content("write_note", ["path": "a.md", "body": "x"])
            let deleted = try await tools.call("delete_note", ["path": "a.md"])
            let read = try await tools.failure("read_note", ["path": "a.md"])
            #expect(deleted.result["structuredContent"]?["status"] == "ok")
            #expect(deleted.events.map(\.name) == ["note_deleted"])
            #expect(read["error"] == "not_found")
        }
    }

    @Test func aMissingNoteHasSuggestions() async throws {
        try await withTools { tools in
            _ = try await tools.content("write_note", ["path": "projects/roadmap.md", "body": "x"])
            let failure = try await tools.failure("read_note", ["path": "projects/roadmpa.md"])
            #expect(failure["suggestions"]?.arrayValue?.contains("projects/roadmap.md") == true)
            #expect(failure["hint"]?.stringValue?.contains("projects/roadmap.md") == true)
        }
    }

    @Test func aConflictHasTheCurrentRevision() async throws {
        try await withTools { tools in
            let written = try await tools.content("write_note", ["path": "a.md", "body": "one"])
            let revision = try #require(written["note"]?["revision"])
            let failure = try await tools.failure(
                "write_note",
                ["path": "a.md", "body": "two", "if_match": "0000000000000000"]
            )
            let exists = try await tools.failure("write_note", ["path": "a.md", "body": "two", "if_match": "none"])
            let second = try await tools.content("write_note", ["path": "a.md", "body": "two", "if_match": revision])
            #expect(failure["error"] == "conflict")
            #expect(failure["current_revision"] == revision)
            #expect(exists["error"] == "conflict")
            #expect(second["note"]?["body"] == "two")
        }
    }

    @Test(arguments: [
        "../bob/a.md", "a/../../bob/a.md", "/etc/passwd.md", "a\\b.md", "a%2e%2e.md", "a\u{0}.md", ".x/a.md",
    ])
    func aPathOutsideTheVaultIsRefusedAndRecorded(path: String) async throws {
        try await withTools { tools in
            for tool in ["read_note", "get_backlinks", "delete_note"] {
                let call = try await tools.call(tool, ["path": .string(path)])
                #expect(call.result["structuredContent"]?["error"] == "invalid_path")
                #expect(call.events.map(\.name) == ["path_rejected"])
            }
            let write = try await tools.call("write_note", ["path": .string(path), "body": "x"])
            #expect(write.result["structuredContent"]?["error"] == "invalid_path")
            #expect(write.events.map(\.name) == ["path_rejected"])
        }
    }

    @Test func aPathOutsideTheTokensFoldersIsAudited() async throws {
        try await withTools { tools in
            _ = try await tools.content("write_note", ["path": "home/diary.md", "body": "x"])
            let held = try ToolCaller(vault: try tools.caller.subject.restricted(to: ["work"]))
            for path in ["home/diary.md", "home/none.md"] {
                for tool in ["read_note", "get_backlinks", "delete_note", "write_note"] {
                    var arguments: JSONObject = tool == "write_note" ? ["body": "y"] : [:]
                    arguments["path"] = .string(path)
                    let call = try await held.call(tool, arguments)
                    let content = call.result["structuredContent"]
                    #expect(content?["error"] == "forbidden")
                    #expect(content?["message"]?.stringValue?.contains("'work'") == true)
                    #expect(content?["hint"]?.stringValue?.contains("'work/note.md'") == true)
                    let event = ToolEvent("forbidden", details: ["path": path, "error": "permission_denied"])
                    #expect(call.events == [event])
                }
            }
            let kept = try await tools.content("read_note", ["path": "home/diary.md"])
            #expect(kept["note"]?["body"] == "x")
        }
    }

    @Test func anInvalidTimeIsRejected() async throws {
        try await withTools { tools in
            let failure = try await tools.failure("search_notes", ["query": "x", "updated_after": "yesterday"])
            #expect(failure["error"] == "validation_error")
        }
    }

    @Test func toolNamesAndParametersAreStable() {
        let parameters = NoteToolSet.tools.map { tool in
            let properties = tool.definition.inputSchema["properties"]?.objectValue ?? [:]
            return "\(tool.definition.name)(\(properties.map(\.key).joined(separator: ", ")))"
        }
        #expect(
            parameters == [
                "list_notes(folder, tag, sort, limit, cursor)",
                "read_note(path, section, from_line, from_byte, max_bytes, outline_only)",
                "write_note(path, body, title, metadata, if_match)", "delete_note(path, if_match)",
                "search_notes(query, limit, folder, tags, updated_after, cursor)", "get_backlinks(path, limit, cursor)",
                "get_tags(limit, cursor)",
            ]
        )
    }

    @Test func everyToolHasADescription() {
        for tool in NoteToolSet.tools {
            #expect(!tool.definition.description.isEmpty)
            #expect(tool.definition.title?.isEmpty == false)
            #expect(tool.definition.outputSchema != nil)
            #expect(tool.writes == (tool.scope == "notes:write"))
        }
    }
}
