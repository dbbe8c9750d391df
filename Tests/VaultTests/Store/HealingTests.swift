import Foundation
import Testing

@testable import Vault

/// The folder of the vaults is renamed, removed or replaced under a running worker, as mounts do.
@Suite struct HealingTests {
    private func withStore(_ body: (VaultRig, VaultStore, Vault) async throws -> Void) async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let vault = try store.vault(of: "ann")
        try await vault.write("a.md", "old words")
        try await body(rig, store, vault)
        await store.close()
    }

    private func move(_ path: String, to target: String) throws {
        try FileManager.default.moveItem(atPath: path, toPath: target)
    }

    @Test func aReplacedFolderIsUsedOnceItIsNoticed() async throws {
        try await self.withStore { rig, store, vault in
            for path in [rig.vaultsPath, rig.indexPath] {
                try self.move(path, to: path + "-old")
                try FileManager.default.copyItem(atPath: path + "-old", toPath: path)
            }
            try await store.probe()
            try await vault.write("b.md", "new words")
            #expect(rig.exists("b.md"))
            let old = FileManager.default.fileExists(atPath: rig.vaultsPath + "-old/ann/b.md")
            #expect(!old)
            let found = try await vault.found("words").sorted()
            #expect(found == ["a.md", "b.md"])
        }
    }

    @Test func noVaultIsCreatedBelowAMountThatIsMissing() async throws {
        try await self.withStore { rig, store, vault in
            try self.move(rig.vaultsPath, to: rig.vaultsPath + "-away")
            try FileManager.default.createDirectory(atPath: rig.vaultsPath, withIntermediateDirectories: false)
            let problem = try await failure { try await store.probe() }
            #expect(problem?.description.contains(".carrel-volume") == true)
            let errors = [
                try await failure { try await vault.write("b.md", "x") },
                try await failure { try await vault.read("a.md") },
                try await failure { try await vault.found("words") },
                try await failure { try await store.vault(of: "bob").write("b.md", "x") },
            ]
            #expect(errors.allSatisfy { $0?.code == .unavailable })
            let created = try FileManager.default.contentsOfDirectory(atPath: rig.vaultsPath)
            #expect(created.isEmpty)
            try FileManager.default.removeItem(atPath: rig.vaultsPath)
            try self.move(rig.vaultsPath + "-away", to: rig.vaultsPath)
            let body = try await vault.read("a.md").body
            #expect(body == "old words")
            try await vault.write("b.md", "x")
            try await store.probe()
        }
    }

    @Test func aMissingFolderIsNotCreatedAgain() async throws {
        try await self.withStore { rig, store, vault in
            try self.move(rig.folder.path, to: rig.folder.path + "-away")
            let problem = try await failure { try await store.probe() }
            #expect(problem?.code == .unavailable)
            let error = try await failure { try await vault.write("b.md", "x") }
            #expect(error?.code == .unavailable)
            #expect(!FileManager.default.fileExists(atPath: rig.folder.path))
            try self.move(rig.folder.path + "-away", to: rig.folder.path)
            try await store.probe()
            let paths = try await vault.paths()
            #expect(paths == ["a.md"])
        }
    }

    @Test func anotherVolumeIsNotUsed() async throws {
        try await self.withStore { rig, store, vault in
            let other = try VaultRig()
            let stranger = try other.store()
            try await stranger.vault(of: "ann").write("other.md", "x")
            await stranger.close()
            try self.move(rig.vaultsPath, to: rig.vaultsPath + "-away")
            try self.move(other.vaultsPath, to: rig.vaultsPath)
            let problem = try await failure { try await store.probe() }
            #expect(problem?.description.contains("another volume") == true)
            let error = try await failure { try await vault.read("other.md") }
            #expect(error?.code == .unavailable)
            // A worker that starts now uses what is there.
            let next = try rig.store()
            let body = try await next.vault(of: "ann").read("other.md").body
            #expect(body == "x")
            await next.close()
        }
    }

    @Test func workersAgreeOnTheMarkOfTheirVolume() async throws {
        let rig = try VaultRig()
        let stores = try await withThrowingTaskGroup(of: VaultStore.self) { group in
            for _ in 0..<8 { group.addTask { try rig.store() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for store in stores {
            try await store.probe()
            await store.close()
        }
    }
}
