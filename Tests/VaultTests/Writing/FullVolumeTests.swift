import Foundation
import Glibc
import TestSupport
import Testing

@testable import Vault

@Suite(.enabled("this process may mount a file system") { SmallVolume.isPermitted }) struct FullVolumeTests {
    private func configuration(_ volume: SmallVolume, _ mode: JournalMode) -> VaultConfiguration {
        VaultConfiguration(
            vaultsPath: volume.path + "/vaults",
            indexPath: volume.path + "/index",
            journalMode: mode
        )
    }

    private func text(_ number: Int) -> String {
        let words = (0..<200).map { "word\((number * 7 + $0 * 13) % 997)" }
        return "# Note \(number)\n[[n\(number / 2)]] apple #t\(number % 5)\n" + words.joined(separator: " ")
    }

    /// Writes notes until ten in a row are refused.
    ///
    /// - Returns: the paths that were written, how many of them lists have, and the last error.
    private func fill(_ vault: Vault) async throws -> (paths: [String], indexed: Int, error: VaultError?) {
        var (paths, indexed, refused): ([String], Int, [VaultError]) = ([], 0, [])
        for number in 0..<5000 where refused.count < 10 {
            let path = "f\(number % 7)/n\(number).md"
            let error = try await failure {
                if try await vault.write(path, self.text(number)).indexPending { return }
                indexed += 1
            }
            if error == nil { paths.append(path) }
            refused = error.map { refused + [$0] } ?? []
        }
        return (paths, indexed, refused.last)
    }

    private func expectAgreement(_ vault: Vault, _ paths: [String]) async throws {
        let listed = try await vault.paths(NoteQuery(limit: 1000))
        #expect(listed == paths.sorted())
        let found = try await vault.search(SearchQuery(text: "apple", limit: 100)).hits.count
        #expect(found == min(paths.count, 100))
    }

    private func intents(_ volume: SmallVolume) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: volume.path + "/vaults/ann/.carrel/intents")
    }

    @Test(arguments: [JournalMode.wal, .rollback], [false, true])
    func aFullVolumeCanBeEmptied(_ mode: JournalMode, _ isRestarted: Bool) async throws {
        let volume = try SmallVolume(size: "2m")
        let rig = try VaultRig()
        var store = try rig.store(self.configuration(volume, mode))
        var vault = try store.vault(of: "ann")
        let (paths, indexed, error) = try await self.fill(vault)
        #expect(paths.count > 50)
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("the volume is full") == true)
        #expect(error?.hint?.contains("delete") == true)
        if isRestarted {
            await store.close()
            store = try rig.store(self.configuration(volume, mode))
            vault = try store.vault(of: "ann")
        }
        try volume.fill()
        try await store.probe()
        #expect(store.isVolumeFull)
        for (index, path) in paths.enumerated() {
            let listed = try await vault.paths(NoteQuery(limit: 1000))
            #expect(index >= indexed || listed.contains(paths[indexed - 1]))
            _ = try await vault.found("apple")
            let read = try await vault.read(path).title
            #expect(read.hasPrefix("Note"))
            let refused = try await failure { try await vault.delete(path, ifMatch: nil) }
            #expect(refused == nil, "delete \(index) of \(paths.count)")
            // What a delete frees is taken by another vault.
            if index < 30 { try volume.fill() }
        }
        try volume.removeFillers()
        try await store.probe()
        #expect(!store.isVolumeFull)
        try await vault.write("after.md", "# After\napple")
        try await self.expectAgreement(vault, ["after.md"])
        let intents = try self.intents(volume)
        #expect(intents.isEmpty)
        let files = try FileManager.default.contentsOfDirectory(atPath: volume.path + "/vaults/ann/.carrel")
        #expect(files.contains("reserve"))
        await store.close()
    }

    @Test func aNoteCanBeShortenedOnAFullVolume() async throws {
        let volume = try SmallVolume(size: "2m")
        let rig = try VaultRig()
        let store = try rig.store(self.configuration(volume, .automatic))
        let vault = try store.vault(of: "ann")
        try await vault.write("long.md", String(repeating: "long ", count: 4000))
        let paths = try await self.fill(vault).paths
        try volume.fill()
        try await vault.write("long.md", "short")
        let refused = try await failure { try await vault.write("long.md", String(repeating: "x", count: 30_000)) }
        #expect(refused?.message.contains("the volume is full") == true)
        let read = try await vault.read("long.md").body
        #expect(read == "short")
        try volume.removeFillers()
        _ = try await vault.delete("long.md", ifMatch: nil)
        for path in paths.dropFirst(20) { _ = try await vault.delete(path, ifMatch: nil) }
        try await vault.write("after.md", "apple")
        try await self.expectAgreement(vault, paths.prefix(20) + ["after.md"])
        await store.close()
    }

    @Test func theReserveIsMadeOfBlocks() async throws {
        try await withVault { rig, vault in
            try await vault.write("a.md", "x")
            let path = rig.file(".carrel/reserve").path
            var status = stat()
            #expect(lstat(path, &status) == 0)
            #expect(status.st_size == Reserve.size)
            #expect(Int(status.st_blocks) * 512 >= Reserve.size)
        }
    }
}
