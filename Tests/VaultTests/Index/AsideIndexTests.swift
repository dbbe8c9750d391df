import Foundation
import GRDB
import Testing

@testable import Vault

@Suite struct AsideIndexTests {
    /// What rebuilds of several versions, interrupted or not, have left of ann's index.
    private static let own = [
        ".ann.db.aside", ".ann.db-wal.aside", ".ann.db.aside-17000000000000000000", ".ann.db-shm.aside-1",
    ]
    /// The same of users whose names begin alike.
    private static let others = [".ann.db.db.aside", ".anna.db.aside-1", ".ann.db-wal.db.aside", ".ann.db.aside-1.db"]

    private func rig() async throws -> VaultRig {
        let rig = try VaultRig()
        let store = try rig.store()
        try await store.vault(of: "ann").write("a.md", "apple")
        await store.close()
        for name in Self.own + Self.others {
            try Data("text of a user".utf8).write(to: URL(fileURLWithPath: rig.indexPath + "/" + name))
        }
        return rig
    }

    @Test func aRebuildRemovesWhatEarlierOnesHaveLeft() async throws {
        let rig = try await self.rig()
        try await DatabaseQueue(path: rig.indexPath + "/ann.db").write { try $0.execute(sql: "DROP TABLE notes") }
        let store = try rig.store()
        let paths = try await store.vault(of: "ann").paths()
        #expect(paths == ["a.md"])
        await store.close()
        let files = try indexFiles(rig)
        #expect(files == (Self.others + ["ann.db"]).sorted())
    }

    @Test func removingAUserRemovesWhatWasPutAside() async throws {
        let rig = try await self.rig()
        let store = try rig.store()
        let isRemoved = try await store.remove("ann")
        #expect(isRemoved)
        let files = try indexFiles(rig)
        #expect(files == Self.others.sorted())
        await store.close()
    }

    @Test func aFolderInPlaceOfAnIndexIsReplaced() async throws {
        let rig = try await self.rig()
        try FileManager.default.removeItem(atPath: rig.indexPath + "/ann.db")
        try FileManager.default.createDirectory(
            atPath: rig.indexPath + "/ann.db/inner",
            withIntermediateDirectories: true
        )
        let store = try rig.store()
        let paths = try await store.vault(of: "ann").paths()
        #expect(paths == ["a.md"])
        await store.close()
        let files = try indexFiles(rig)
        #expect(files == (Self.others + ["ann.db"]).sorted())
    }

    @Test(arguments: [
        (".ann.db.aside", true), (".ann.db.aside-", false), (".ann.db.aside-x", false), ("ann.db", false),
    ])
    func aNameIsOfAnIndexPutAsideOrNot(_ name: String, _ isOne: Bool) {
        #expect(AsideIndex.isOne(name, of: ["ann.db", "ann.db-wal"]) == isOne)
    }
}
