import Foundation
import GRDB
import Synchronization
import Testing

@testable import Vault

/// Indexes that SQLite takes for sound, but in which rows, tables or texts are wrong.
@Suite struct WrongRowsTests {
    private static let damages = [
        "INSERT INTO texts VALUES ((SELECT max(id) + 1 FROM notes), 'ann', '', '', '', '')",
        "DELETE FROM texts",
        "UPDATE texts SET body = 'x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x'",
        "DELETE FROM search_data",
        "CREATE TRIGGER refused BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "CREATE TRIGGER refused BEFORE DELETE ON links BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "DROP TABLE notes", "DROP TABLE note_tags", "DROP TABLE links", "DROP TABLE texts", "DROP TABLE search",
        "DROP INDEX links_by_target", "ALTER TABLE notes RENAME COLUMN revision TO version", "DELETE FROM vault",
        "ALTER TABLE vault RENAME COLUMN user_id TO owner",
    ]

    /// What is done first with a damaged index.
    private enum Use: CaseIterable {
        case create, replace, delete, reads
    }

    private func use(_ use: Use, _ vault: Vault) async throws {
        switch use {
        case .create: try await vault.write("new.md", "# New\n[[b]] plum #fresh")
        case .replace: try await vault.write("a.md", "# A again\n[[c]] cherry #changed")
        case .delete: _ = try await vault.delete("b.md", ifMatch: nil)
        case .reads: _ = try await self.answers(vault)
        }
    }

    private func fill(_ vault: Vault) async throws {
        try await vault.write("a.md", "# A\n[[b]] apple #red")
        try await vault.write("b.md", "# B\n[[a]] pear #green")
        try await vault.write("c.md", "# C\n[[b]] apple pear")
    }

    private func damage(_ rig: VaultRig, _ sql: String) async throws {
        let queue = try DatabaseQueue(path: rig.indexPath + "/ann.db")
        try await queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// All that an index says of a vault.
    private func answers(_ vault: Vault) async throws -> [String] {
        var answers: [String] = []
        for note in try await vault.list(NoteQuery()).notes {
            let read = try await vault.read(note.path)
            let backlinks = try await vault.backlinks(to: note.path).map(\.path)
            answers.append("\(note) \(read.links.map(\.resolvedPath)) \(read.backlinksCount) \(backlinks)")
        }
        for word in ["apple", "pear", "plum", "cherry"] { answers.append("\(word): \(try await vault.found(word))") }
        answers += try await vault.tags().map { "\($0)" }
        return answers
    }

    /// Expects what an index says that is built from the files as they are.
    private func expectRight(_ vault: Vault, _ rig: VaultRig, _ comment: Comment) async throws {
        let answers = try await self.answers(vault)
        let other = try rig.copy()
        try removeIndex(other)
        let store = try other.store()
        let expected = try await self.answers(try store.vault(of: "ann"))
        #expect(answers == expected, comment)
        await store.close()
    }

    @Test(arguments: Self.damages)
    func everyCallWorksAndTheIndexIsRightAfterwards(_ damage: String) async throws {
        for use in Use.allCases {
            let rig = try VaultRig()
            let store = try rig.store()
            let vault = try store.vault(of: "ann")
            try await self.fill(vault)
            try await self.damage(rig, damage)
            try await self.use(use, vault)
            try await vault.write("last.md", "# Last\n[[a]] plum")
            try await vault.write("c.md", "# C\n[[last]] cherry")
            _ = try await vault.delete("a.md", ifMatch: nil)
            try await self.expectRight(vault, rig, "after \(use)")
            let left = try indexFiles(rig).filter { $0.contains("aside") }
            #expect(left.isEmpty)
            await store.close()
        }
    }

    @Test(arguments: Self.damages)
    func theOtherWorkerGoesOnWithTheRebuiltIndex(_ damage: String) async throws {
        let rig = try VaultRig()
        let (one, two) = (try rig.store(), try rig.store())
        let (ann, again) = (try one.vault(of: "ann"), try two.vault(of: "ann"))
        try await self.fill(ann)
        _ = try await self.answers(again)
        try await self.damage(rig, damage)
        for vault in [ann, again, ann, again] {
            try await vault.write("new.md", "# New\n[[b]] plum")
            try await vault.write("a.md", "# A\n[[new]] cherry")
            _ = try await vault.delete("new.md", ifMatch: nil)
        }
        try await self.expectRight(ann, rig, "the first")
        try await self.expectRight(again, rig, "the second")
        await one.close()
        await two.close()
    }

    @Test func aMissingTextIsNoCrash() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let vault = try store.vault(of: "ann")
        try await self.fill(vault)
        try await self.damage(
            rig,
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, '_slug TEXT NOT NULL', '_slug TEXT') WHERE name = 'notes';
            PRAGMA writable_schema = RESET;
            """
        )
        try await self.damage(rig, "UPDATE notes SET title_slug = NULL, path_slug = NULL")
        try await vault.write("b.md", "# B again\n[[c]] plum")
        try await self.expectRight(vault, rig, "after a NULL")
        await store.close()
    }

    @Test func anInterruptedWriteIsRepairedInADamagedIndex() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let vault = try store.vault(of: "ann")
        try await self.fill(vault)
        let intent = Intent(.write, try NotePath("b.md"), temporary: ".carrel-1.tmp")
        try rig.put(Data(intent.bytes), at: ".carrel/intents/0123.intent")
        try rig.put("# Changed\nplum", at: "b.md")
        try await self.damage(rig, "DELETE FROM texts")
        try await vault.write("c.md", "x")
        try await self.expectRight(vault, rig, "after a repair")
        await store.close()
    }

    @Test func anErrorThatARebuildDoesNotCureIsNotRepeated() async throws {
        let rebuilt = Mutex(0)
        let hooks = StoreHooks(connected: { db in
            // Not in the connection that builds the index, in which there is no table yet.
            guard try db.tableExists("notes") else { return rebuilt.withLock { $0 += 1 } }
            try db.execute(
                sql: """
                    CREATE TEMP TRIGGER refused BEFORE UPDATE ON main.notes
                    BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """
            )
        })
        let rig = try VaultRig()
        let store = try rig.store(hooks: hooks)
        let vault = try store.vault(of: "ann")
        try await vault.write("a.md", "old")
        let written = try await vault.write("a.md", "new")
        #expect(written.indexPending)
        let count = rebuilt.withLock { $0 }
        #expect(count == 2)
        let read = try await vault.read("a.md").body
        #expect(read == "new")
        await store.close()
    }
}
