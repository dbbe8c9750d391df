import Encodings
import Foundation
import GRDB
import Testing

@testable import Vault

@Suite struct StatementTests {
    private static let tables = ["vault", "notes", "note_tags", "links", "texts", "search"]

    /// Whether a statement accesses a user's data; statements of SQLite's full-text index itself do not count.
    private func isOnUserData(_ sql: String) -> Bool {
        let text = sql.lowercased()
        guard !text.hasPrefix("--"), ["select", "insert", "update", "delete"].contains(where: { text.contains($0) })
        else { return false }
        let words = text.split { !$0.isLetter && $0 != "_" }.map(String.init)
        return zip(words, words.dropFirst()).contains {
            ["from", "into", "update", "join"].contains($0) && Self.tables.contains($1)
        }
    }

    @Test func everyStatementFiltersByUser() async throws {
        let statements = Statements()
        let rig = try VaultRig()
        try rig.put("---\ntags: [x]\n---\n# There already\n[[b]] #y", at: "there.md")
        for mode in [JournalMode.wal, .rollback] {
            let store = try rig.store(rig.configuration(journalMode: mode), hooks: statements.hooks)
            let vault = try store.vault(of: "ann")
            try await self.useEverything(vault)
            try await self.useEverything(try vault.restricted(to: ["r", "s/t"]), in: "r/")
            try await store.probe()
            await store.close()
            try removeIndex(rig)
        }
        let onUserData = statements.all.filter { self.isOnUserData($0) }
        #expect(onUserData.count > 100)
        for statement in onUserData { #expect(statement.contains("user_id"), "\(statement)") }
        for table in Self.tables where table != "vault" {
            #expect(onUserData.contains { $0.contains(table) })
        }
    }

    private func useEverything(_ vault: Vault, in folder: String = "") async throws {
        try await vault.write("\(folder)a.md", "# A\n[[b]] [x](c.md) #t apple")
        try await vault.write("\(folder)b.md", "# B\n[[a]] apple 北京")
        try await vault.write("\(folder)a.md", "# A2\n[[b]]", metadata: ["tags": ["q"]])
        for sort in NoteSort.allCases {
            let page = try await vault.list(NoteQuery(folder: "", sort: sort, limit: 1))
            _ = try await vault.list(NoteQuery(folder: "x", tag: "t", sort: sort, limit: 1, after: page.nextCursor))
        }
        for text in ["apple", "apple zebra", "-apple", "tag:t", "apple -tag:t folder:x -folder:y", "title:a -b", "北"] {
            _ = try await vault.search(SearchQuery(text: text, folder: "x", tags: ["t"], updatedAfter: Date()))
            _ = try await vault.search(SearchQuery(text: text))
        }
        _ = try await vault.read("\(folder)a.md")
        _ = try await failure { try await vault.read("\(folder)missing.md") }
        _ = try await vault.backlinks(to: "\(folder)b.md")
        _ = try await vault.tags()
        _ = try await vault.noteCount()
        _ = try await vault.size()
        _ = try await vault.delete("\(folder)a.md", ifMatch: nil)
    }

    @Test func onlyRestrictedVaultsFilterByFolder() async throws {
        let statements = Statements()
        let rig = try VaultRig()
        let store = try rig.store(hooks: statements.hooks)
        let vault = try store.vault(of: "ann")
        try await vault.write("r/a.md", "# A\n[[b]] #t apple")
        try await vault.write("r/b.md", "# B\n[[a]] apple")
        let written = statements.all.count
        try await self.readEverything(vault)
        let whole = statements.all.count
        try await self.readEverything(try vault.restricted(to: ["r"]))
        let ofWhole = statements.all[written..<whole].filter { self.isOnUserData($0) }
        #expect(ofWhole.count >= 9)
        #expect(!ofWhole.contains { $0.contains("substr(path, 1, ?") })
        let ofHeld = statements.all[whole...].filter { $0.contains("substr(path, 1, ?") }
        #expect(ofHeld.count == 9)
        await store.close()
    }

    /// Runs every kind of read once.
    private func readEverything(_ vault: Vault) async throws {
        _ = try await vault.list(NoteQuery())
        _ = try await vault.search(SearchQuery(text: "apple"))
        _ = try await vault.read("r/a.md")
        _ = try await failure { try await vault.read("r/missing.md") }
        _ = try await vault.backlinks(to: "r/b.md")
        _ = try await vault.tags()
        _ = try await vault.noteCount()
        _ = try await vault.size()
    }

    @Test func rowsOfAnotherUserInTheSameFileAreNotSeen() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let vault = try store.vault(of: "ann")
        try await vault.write("mine.md", "# Mine\n[[theirs]] apple #t")
        let folder = try UserFolder(user: "ann")
        // A row that must not be there.
        try store.indexes.connect(folder).inDatabase { db in
            let note = StoredNote(
                path: try NotePath("theirs.md"),
                bytes: Array("# Theirs\n[[mine]] apple pear #t".utf8),
                updated: 0
            )
            try IndexWriter(db: db, user: try UserFolder(user: "bob")).put(note)
        }
        let paths = try await vault.paths()
        #expect(paths == ["mine.md"])
        let found = try await vault.found("apple")
        #expect(found == ["mine.md"])
        let other = try await vault.found("pear")
        #expect(other.isEmpty)
        let tags = try await vault.tags().map(\.count)
        #expect(tags == [1])
        let note = try await vault.read("mine.md")
        #expect(note.backlinksCount == 0)
        #expect(note.links.map(\.resolvedPath) == [nil])
        let count = try await vault.noteCount()
        #expect(count == 1)
        await store.close()
    }
}
