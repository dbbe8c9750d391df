import Testing

@testable import Vault

@Suite struct VaultLifeTests {
    @Test func aNoteIsWrittenReadListedFoundAndDeleted() async throws {
        try await withVault { rig, vault in
            let written = try await vault.write("a/b.md", "# Apple pie\n\nSee [[Cake]] #food\n")
            #expect(written.created)
            #expect(!written.indexPending)
            let note = try await vault.read("a/b.md")
            #expect(note == written.note)
            #expect(note.title == "Apple pie")
            #expect(note.updated == "2026-01-01T00:00:00Z")
            #expect(note.created == "2026-01-01T00:00:00Z")
            let page = try await vault.list(NoteQuery())
            #expect(page.notes.map(\.path) == ["a/b.md"])
            #expect(page.notes.map(\.tags) == [["food"]])
            #expect(page.notes.map(\.revision) == [note.revision])
            let hits = try await vault.search(SearchQuery(text: "apples")).hits
            #expect(hits.map(\.path) == ["a/b.md"])
            #expect(hits.map(\.snippet) == ["# <mark>Apple</mark> pie See [[Cake]] #food"])
            try await vault.write("cake.md", "x")
            let links = try await vault.read("a/b.md").links
            #expect(links.map(\.resolvedPath) == ["cake.md"])
            let backlinks = try await vault.backlinks(to: "cake.md")
            #expect(backlinks == [Backlink(path: "a/b.md", title: "Apple pie", context: "See [[Cake]] #food")])
            let tags = try await vault.tags()
            #expect(tags == [TagCount(tag: "food", count: 1)])
            let deleted = try await vault.delete("a/b.md", ifMatch: .revision(note.revision))
            #expect(deleted == note.revision)
            let count = try await vault.noteCount()
            #expect(count == 1)
            #expect(!rig.exists("a/b.md"))
            let error = try await failure { try await vault.read("a/b.md") }
            #expect(error?.code == .notFound)
        }
    }
}
