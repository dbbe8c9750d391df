import Files
import Foundation
import Glibc
import Testing

@testable import Vault

@Suite struct QuotaTests {
    private func withQuota(
        _ limits: VaultLimits,
        _ body: (VaultRig, Vault) async throws -> Void
    ) async throws {
        let rig = try VaultRig()
        var configuration = rig.configuration()
        configuration.limits = limits
        let store = try rig.store(configuration)
        try await body(rig, try store.vault(of: "ann"))
        await store.close()
    }

    @Test func aVaultHasNoMoreNotesThanItMay() async throws {
        try await self.withQuota(VaultLimits(maxNotes: 3)) { rig, vault in
            for number in 0..<3 { try await vault.write("n\(number).md", "apple") }
            let refused = try await failure { try await vault.write("n3.md", "apple") }
            #expect(refused?.code == .quotaExceeded)
            #expect(refused?.hint?.contains("Delete") == true)
            #expect(!rig.exists("n3.md"))
            try await vault.write("n0.md", "apple and more, in a note that exists")
            _ = try await vault.delete("n1.md", ifMatch: nil)
            try await vault.write("n3.md", "apple")
            let size = try await vault.size()
            #expect(size.notes == 3)
        }
    }

    @Test func writesAtOnceDoNotGetPastTheQuota() async throws {
        try await self.withQuota(VaultLimits(maxNotes: 5)) { _, vault in
            let written = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await failure { try await vault.write("n\(number).md", "apple") } == nil ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(written == 5)
        }
    }

    @Test func filesAndIndexCountForTheBytesOfAVault() async throws {
        try await self.withQuota(VaultLimits(maxVaultBytes: 1 << 20)) { rig, vault in
            let words = (0..<4000).map { "word\($0)" }.joined(separator: " ")
            var refused: VaultError?
            var count = 0
            while refused == nil, count < 100 {
                refused = try await failure { try await vault.write("n\(count).md", words) }
                if refused == nil { count += 1 }
            }
            #expect(refused?.code == .quotaExceeded)
            let full = try await vault.size()
            #expect(full.notes == count)
            #expect(full.bytes + full.indexBytes <= (1 << 20) + 300_000)
            #expect(full.indexBytes > full.bytes)
            // It is read and searched as before; what makes room is carried out.
            let found = try await vault.found("word7")
            #expect(found.count == count)
            try await vault.write("n0.md", "shorter")
            for number in 1..<count { _ = try await vault.delete("n\(number).md", ifMatch: nil) }
            let emptied = try await vault.size()
            #expect(emptied.notes == 1)
            #expect(emptied.indexBytes < full.indexBytes)
            try await vault.write("again.md", words)
        }
    }

    @Test func totalsFollowEveryChange() async throws {
        try await withVault { rig, vault in
            func expectTotals(_ paths: [String]) async throws {
                let size = try await vault.size()
                let bytes = try paths.reduce(0) { try $0 + rig.text(of: $1).utf8.count }
                #expect((size.notes, size.bytes) == (paths.count, bytes))
            }
            try await expectTotals([])
            try await vault.write("a.md", "one")
            try await vault.write("b/c.md", "two words")
            try await expectTotals(["a.md", "b/c.md"])
            try await vault.write("a.md", "longer than it was before")
            try await expectTotals(["a.md", "b/c.md"])
            _ = try await vault.delete("b/c.md", ifMatch: nil)
            try await expectTotals(["a.md"])
        }
    }

    @Test func anIndexThatIsBuiltFromFilesHasTheirTotals() async throws {
        let rig = try VaultRig()
        try rig.put("from outside", at: "a.md")
        try rig.put("and another", at: "b/c.md")
        let store = try rig.store()
        let size = try await store.vault(of: "ann").size()
        #expect((size.notes, size.bytes) == (2, 23))
        await store.close()
    }

    @Test func foldersEndWithTheirLastNote() async throws {
        try await withVault { rig, vault in
            try rig.put("kept", at: "a/b/picture.png")
            for path in ["a/b/c/d/one.md", "a/b/c/two.md", "e/f/three.md", "four.md"] {
                try await vault.write(path, "x")
            }
            for path in ["a/b/c/d/one.md", "e/f/three.md", "four.md"] { _ = try await vault.delete(path, ifMatch: nil) }
            #expect(!rig.exists("a/b/c/d") && rig.exists("a/b/c/two.md") && !rig.exists("e"))
            _ = try await vault.delete("a/b/c/two.md", ifMatch: nil)
            #expect(!rig.exists("a/b/c") && rig.exists("a/b/picture.png"))
        }
    }

    @Test func aWriteThatFailsLeavesNoFolder() async throws {
        let hooks = StoreHooks(reached: { if $0 == .intentWritten { throw FilesError("write", errno: EIO) } })
        try await withVault(hooks: hooks) { rig, vault in
            _ = try await failure { try await vault.write("a/b/c.md", "x") }
            #expect(!rig.exists("a"))
        }
    }
}
