import Foundation
import GRDB
import Testing

@testable import Vault

@Suite struct IndexFileTests {
    /// Vaults with two notes and a closed index.
    private func rig() async throws -> VaultRig {
        let rig = try VaultRig()
        let store = try rig.store()
        try await store.vault(of: "ann").write("a.md", "# A\n[[b]] apple")
        try await store.vault(of: "ann").write("b.md", "pear")
        await store.close()
        return rig
    }

    private func expectWhole(_ rig: VaultRig, _ mode: JournalMode = .automatic) async throws {
        let store = try rig.store(rig.configuration(journalMode: mode))
        let vault = try store.vault(of: "ann")
        let paths = try await vault.paths()
        #expect(paths == ["a.md", "b.md"])
        let found = try await vault.found("pear")
        #expect(found == ["b.md"])
        let links = try await vault.read("a.md").links.map(\.resolvedPath)
        #expect(links == ["b.md"])
        try await vault.write("b.md", "pear again")
        await store.close()
    }

    private func queue(_ rig: VaultRig) throws -> DatabaseQueue { try DatabaseQueue(path: rig.indexPath + "/ann.db") }

    private func inode(_ rig: VaultRig) throws -> UInt64? {
        try FileManager.default.attributesOfItem(atPath: rig.indexPath + "/ann.db")[.systemFileNumber] as? UInt64
    }

    /// Changes the index, and expects that a new file takes its place and nothing is left of it.
    private func expectReplacement(_ sql: String) async throws {
        let rig = try await self.rig()
        let old = try self.inode(rig)
        try await self.queue(rig).writeWithoutTransaction { try $0.execute(sql: sql) }
        try await self.expectWhole(rig)
        let new = try self.inode(rig)
        #expect(new != old)
        let files = try indexFiles(rig)
        #expect(files == ["ann.db"])
    }

    @Test func aMissingIndexIsRebuilt() async throws {
        let rig = try await self.rig()
        try removeIndex(rig)
        try await self.expectWhole(rig)
    }

    @Test(arguments: ["", "not a database, but long enough to be taken for one" + String(repeating: "x", count: 5000)])
    func anInvalidDatabaseIsReplaced(_ content: String) async throws {
        let rig = try await self.rig()
        try removeIndex(rig)
        try Data(content.utf8).write(to: URL(fileURLWithPath: rig.indexPath + "/ann.db"))
        try await self.expectWhole(rig)
    }

    @Test func anIndexOfAnotherUserIsReplaced() async throws {
        try await self.expectReplacement("UPDATE vault SET user_id = 'bob'")
    }

    @Test func anIndexOfTwoUsersIsReplaced() async throws {
        try await self.expectReplacement("INSERT INTO vault (user_id) VALUES ('bob')")
    }

    @Test(arguments: [
        "INSERT INTO grdb_migrations VALUES ('from the future')", "DROP TABLE grdb_migrations", "DROP TABLE vault",
        "CREATE TABLE x (y); DROP TABLE grdb_migrations; DROP TABLE vault; DROP TABLE notes",
    ])
    func anIndexWithAnUnknownSchemaIsReplaced(_ sql: String) async throws {
        try await self.expectReplacement(sql)
    }

    @Test func anIncompleteIndexIsRebuilt() async throws {
        let rig = try await self.rig()
        try removeIndex(rig)
        let queue = try self.queue(rig)
        try IndexSchema.migrator.migrate(queue)
        try queue.close()
        try await self.expectWhole(rig)
    }

    @Test func aDamagedTableIsRepairedOnUse() async throws {
        let rig = try await self.rig()
        let path = rig.indexPath + "/ann.db"
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        // The first page stays, so that opening succeeds.
        for offset in stride(from: 4096 * 3, to: data.count, by: 1) { data[offset] = 0x5A }
        try data.write(to: URL(fileURLWithPath: path))
        try await self.expectWhole(rig)
    }

    @Test func anIndexRemovedWhileOpenIsRebuilt() async throws {
        let rig = try VaultRig()
        let (one, two) = (try rig.store(), try rig.store())
        let (ann, again) = (try one.vault(of: "ann"), try two.vault(of: "ann"))
        try await ann.write("a.md", "apple")
        _ = try await again.paths()
        try removeIndex(rig)
        try await again.write("b.md", "pear")
        let paths = try await ann.paths()
        #expect(paths == ["a.md", "b.md"])
        try await ann.write("c.md", "plum")
        let found = try await again.found("plum")
        #expect(found == ["c.md"])
        try removeIndex(rig)
        let rebuilt = try await ann.paths()
        #expect(rebuilt == ["a.md", "b.md", "c.md"])
        await one.close()
        await two.close()
    }

    @Test func theJournalModeCanBeChanged() async throws {
        let rig = try await self.rig()
        for mode in [JournalMode.rollback, .wal, .rollback] {
            try await self.expectWhole(rig, mode)
            let read = try await self.queue(rig).read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
            #expect((read == "wal") == (mode == .wal))
        }
    }

    @Test func twoReadersAtATimeAndABoundedNumberOfIndexesAreOpen() async throws {
        let rig = try VaultRig()
        var configuration = rig.configuration()
        configuration.openIndexes = 3
        let store = try rig.store(configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                group.addTask {
                    let vault = try store.vault(of: "user\(index % 12)")
                    try await vault.write("n\(index).md", "text \(index)")
                    let read = try await vault.read("n\(index).md").body
                    #expect(read == "text \(index)")
                }
            }
            try await group.waitForAll()
        }
        let last = try store.vault(of: "user0")
        let count = try await last.noteCount()
        #expect(count == 5)
        #expect(store.entries.openCount <= 3)
        await store.close()
        #expect(store.entries.openCount == 0)
        let refused = try await failure { try await last.noteCount() }
        #expect(refused?.code == .unavailable)
    }
}
