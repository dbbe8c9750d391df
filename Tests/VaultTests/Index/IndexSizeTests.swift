import Foundation
import GRDB
import Testing

@testable import Vault

@Suite struct IndexSizeTests {
    private func size(_ rig: VaultRig) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: rig.indexPath + "/ann.db")[.size] as? Int ?? 0
    }

    private func pageSize(_ rig: VaultRig) async throws -> Int? {
        try await DatabaseQueue(path: rig.indexPath + "/ann.db").read { try Int.fetchOne($0, sql: "PRAGMA page_size") }
    }

    private func body(_ number: Int) -> String {
        "# Note \(number)\n[[n0]] apple\n" + (0..<300).map { "word\($0 * number % 499)" }.joined(separator: " ")
    }

    @Test(arguments: [JournalMode.wal, .rollback])
    func anEmptyVaultHasASmallIndex(_ mode: JournalMode) async throws {
        let rig = try VaultRig()
        let store = try rig.store(rig.configuration(journalMode: mode))
        let count = try await store.vault(of: "ann").noteCount()
        #expect(count == 0)
        await store.close()
        let size = try self.size(rig)
        #expect((1..<40 << 10).contains(size))
    }

    @Test func anIndexThatGrowsGetsLargerPages() async throws {
        let rig = try VaultRig()
        let (store, other) = (try rig.store(), try rig.store())
        let (vault, again) = (try store.vault(of: "ann"), try other.vault(of: "ann"))
        for number in 0..<60 {
            try await vault.write("n\(number).md", self.body(number))
            let count = try await again.noteCount()
            #expect(count == number + 1)
        }
        for vault in [vault, again] {
            let found = try await vault.search(SearchQuery(text: "apple", limit: 100)).hits.count
            #expect(found == 60)
            let backlinks = try await vault.backlinks(to: "n0.md").count
            #expect(backlinks == 59)
        }
        await store.close()
        await other.close()
        let pageSize = try await self.pageSize(rig)
        #expect(pageSize == IndexPages.large.rawValue)
        let files = try indexFiles(rig)
        #expect(files == ["ann.db"])
    }

    @Test(arguments: [(3, IndexPages.small), (40, .large)])
    func anIndexIsBuiltWithPagesForItsNotes(_ count: Int, _ pages: IndexPages) async throws {
        let rig = try VaultRig()
        for number in 0..<count { try rig.put(self.body(number), at: "f/n\(number).md") }
        let store = try rig.store()
        let listed = try await store.vault(of: "ann").noteCount()
        #expect(listed == count)
        await store.close()
        let pageSize = try await self.pageSize(rig)
        #expect(pageSize == pages.rawValue)
    }

    @Test func anOpenIndexHasAFewFilesOnly() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let vault = try store.vault(of: "ann")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try await vault.write("n\(number).md", "apple")
                    _ = try await vault.found("apple")
                }
            }
            try await group.waitForAll()
        }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
            let path = "/proc/self/fd/\(name)"
            do {
                return try FileManager.default.destinationOfSymbolicLink(atPath: path).hasPrefix(rig.indexPath + "/ann")
            } catch {
                return false
            }
        }
        #expect((1...VaultConfiguration.filesPerIndex).contains(open))
        await store.close()
    }
}
