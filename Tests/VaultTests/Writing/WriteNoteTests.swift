import Encodings
import Testing

@testable import Vault

@Suite struct WriteNoteTests {
    @Test func otherFrontmatterStaysByteForByte() async throws {
        try await withVault { rig, vault in
            let old =
                "---\n# mine\ntitle:  'Old'\ntags: [ a,b ]\nextra: {x: 1}   # odd\ncreated: 2020-01-01\n---\n\nold\n"
            try rig.put(old, at: "a.md")
            let note = try await vault.write("a.md", "new\n").note
            let text = try rig.text(of: "a.md")
            let expected = old.replacing("---\n\nold\n", with: "updated: 2026-01-01T00:00:00Z\n---\n\nnew\n")
            #expect(text == expected)
            #expect(note.tags() == ["a", "b"])
            #expect(note.created == "2020-01-01T00:00:00Z")
        }
    }

    @Test func titleAndMetadataAreSet() async throws {
        try await withVault { rig, vault in
            try rig.put("---\ntitle: Old\nkeep: 1\ntags: [a]\n---\nold", at: "a.md")
            let metadata: JSONObject = [
                "tags": ["x", "z"], "title": "Lost", "due": "2026-05-01", "updated": "1999-01-01",
            ]
            let draft = NoteDraft(path: "a.md", body: "new", title: "New: title", metadata: metadata)
            let note = try await vault.write(draft).note
            let text = try rig.text(of: "a.md")
            #expect(
                text == """
                    ---
                    title: "New: title"
                    keep: 1
                    tags:
                      - x
                      - z
                    due: 2026-05-01
                    updated: 2026-01-01T00:00:00Z
                    ---
                    new
                    """
            )
            #expect(note.title == "New: title")
        }
    }

    @Test func createdStaysAndUpdatedMoves() async throws {
        try await withVault { rig, vault in
            try await vault.write("a.md", "one")
            rig.advance(by: 3600)
            let note = try await vault.write("a.md", "two").note
            #expect(note.created == "2026-01-01T00:00:00Z")
            #expect(note.updated == "2026-01-01T01:00:00Z")
            #expect(note.metadata["updated"] == "2026-01-01T01:00:00Z")
            let listed = try await vault.list(NoteQuery()).notes.first
            #expect(listed?.lastModified == "2026-01-01T01:00:00Z")
        }
    }

    @Test(arguments: ["", "x", "\n", "\n\nx", "\r\nx", "---", "---\nno end", "text\n---\nmore\n---\n", "é🎉\u{0}x"])
    func aBodyIsReadBackAsItWasWritten(_ body: String) async throws {
        try await withVault { rig, vault in
            try rig.put("---\na: 1\n---\nold", at: "no-line.md")
            try rig.put("---\r\na: 1\r\n---\r\n\r\nold", at: "crlf.md")
            try rig.put("---\na: 1\n---", at: "ends.md")
            try rig.put("\u{FEFF}---\na: 1\n---\nold", at: "bom.md")
            for path in ["new.md", "no-line.md", "crlf.md", "ends.md", "bom.md", "new.md"] {
                let written = try await vault.write(path, body).note
                let read = try await vault.read(path)
                #expect(Array(read.body.utf8) == Array(body.utf8))
                #expect(read == written)
            }
        }
    }

    @Test func aBlockInTheBodyIsFrontmatter() async throws {
        try await withVault { rig, vault in
            try rig.put("---\nkeep: 1   # as it is\ntags: [a]\n---\nold", at: "a.md")
            let note = try await vault.write("a.md", "---\ntags:   [b, c]\nnew: 2\n---\nbody").note
            #expect(note.body == "body")
            let text = try rig.text(of: "a.md")
            #expect(
                text == "---\nkeep: 1   # as it is\ntags:   [b, c]\nnew: 2\nupdated: 2026-01-01T00:00:00Z\n---\nbody"
            )
        }
    }

    @Test func withTitleOrMetadataABlockInTheBodyIsText() async throws {
        try await withVault { _, vault in
            let body = "---\ntags: [b]\n---\nbody"
            let titled = try await vault.write(NoteDraft(path: "a.md", body: body, title: "T")).note
            #expect(titled.body == body)
            #expect(titled.metadata["tags"] == nil)
            let empty = try await vault.write("b.md", body, metadata: [:]).note
            #expect(empty.body == body)
            let rules = try await vault.write("c.md", "---\nonly text\n---\nbody").note
            #expect(rules.body == "---\nonly text\n---\nbody")
        }
    }

    @Test func brokenFrontmatterIsKept() async throws {
        try await withVault { rig, vault in
            let broken = "---\ntitle: [never closed\nsecret: keep me\n---\n"
            try rig.put(broken + "old", at: "a.md")
            let kept = try await vault.write("a.md", "new").note
            let text = try rig.text(of: "a.md")
            #expect(text == broken + "new")
            #expect(kept.warning != nil)
            let refused = try await failure { try await vault.write("a.md", "x", metadata: ["tags": ["a"]]) }
            #expect(refused?.code == .validationError)
            #expect(refused?.hint?.contains("---") == true)
            let replaced = try await vault.write("a.md", "---\ntitle: Mended\n---\nx").note
            #expect(replaced.title == "Mended")
            #expect(replaced.warning == nil)
        }
    }

    @Test func frontmatterThatCannotBeEditedByKeyStays() async throws {
        try await withVault { rig, vault in
            try rig.put("---\n{title: Flow, tags: [a]}\n---\nold", at: "a.md")
            let note = try await vault.write("a.md", "new").note
            #expect(note.title == "Flow")
            let text = try rig.text(of: "a.md")
            #expect(text == "---\n{title: Flow, tags: [a]}\n---\nnew")
        }
    }

    @Test(
        arguments: [
            ["version": 1], ["tags": "a"], ["tags": [1]], ["tags": ["a", ["b"]]], ["title": 1], ["title": " "],
            ["title": "a\nb"],
            ["created": "yesterday"], ["created": 5], ["": 1], ["a\nb": 1], ["x": .number(.nan)],
            ["x": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]],
        ] as [JSONObject]
    )
    func invalidMetadataIsRejected(_ metadata: JSONObject) async throws {
        try await withVault { rig, vault in
            let error = try await failure { try await vault.write("a.md", "x", metadata: metadata) }
            #expect(error?.code == .validationError)
            #expect(!rig.exists("a.md"))
        }
    }

    @Test func theSameRulesHoldForABlockInTheBody() async throws {
        try await withVault { _, vault in
            for body in ["---\nversion: 2\n---\nx", "---\ntags: a\n---\nx", "---\ntitle: [x\n---\nx"] {
                let error = try await failure { try await vault.write("a.md", body) }
                #expect(error?.code == .validationError)
            }
        }
    }

    @Test func aNoteHasABoundedSize() async throws {
        try await withVault { rig, vault in
            let frontmatter = try await vault.write("a.md", "").note.sizeBytes
            let largest = String(repeating: "x", count: (1 << 20) - frontmatter)
            let note = try await vault.write("a.md", largest).note
            #expect(note.sizeBytes == 1 << 20)
            for body in [largest + "x", String(repeating: "é", count: 1 << 20)] {
                let error = try await failure { try await vault.write("a.md", body) }
                #expect(error?.code == .noteTooLarge)
            }
            let read = try await vault.read("a.md")
            #expect(read.body == largest)
            try rig.put(String(repeating: "x", count: (1 << 20) + 1), at: "big.md")
            let error = try await failure { try await vault.read("big.md") }
            #expect(error?.code == .noteTooLarge)
        }
    }

    @Test func aFileKeepsItsMode() async throws {
        try await withVault { rig, vault in
            try rig.put("old", at: "a.md")
            try rig.setMode(0o604, of: "a.md")
            try await vault.write("a.md", "new")
            let mode = try rig.mode(of: "a.md")
            #expect(mode == 0o604)
        }
    }
}

extension Note {
    fileprivate func tags() -> [String] {
        guard case .array(let elements) = self.metadata["tags"] else { return [] }
        return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
