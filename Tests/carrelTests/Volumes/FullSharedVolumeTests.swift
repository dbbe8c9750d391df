import Foundation
import Redis
import TestSupport
import Testing

@testable import Vault

/// Full volumes where several machines share the vaults.
@Suite(.enabled("this process may mount a file system") { SmallVolume.isPermitted }) struct FullSharedVolumeTests {
    private static let words = (0..<200).map { "word\($0 * 13 % 997)" }.joined(separator: " ")

    /// Writes notes until ten in a row are refused.
    private func fill(_ machine: SharedVolume.Machine) async throws -> (paths: [String], error: VaultError?) {
        var (paths, refused): ([String], [VaultError]) = ([], [])
        for number in 0..<5000 where refused.count < 10 {
            let path = "n\(number).md"
            let error = try await failure { try await machine.write(path, "apple \(number) \(Self.words)") }
            if error == nil { paths.append(path) }
            refused = error.map { refused + [$0] } ?? []
        }
        return (paths, refused.last)
    }

    /// Both machines write, list and find again.
    private func expectAgreement(_ machines: [SharedVolume.Machine], _ paths: [String]) async throws {
        for (index, machine) in machines.enumerated() { try await machine.write("after\(index).md", "apple") }
        let expected = (paths + ["after0.md", "after1.md"]).sorted()
        for machine in machines {
            let listed = try await machine.vault().list(NoteQuery(limit: 1000)).notes.map(\.path).sorted()
            #expect(listed == expected)
            let found = try await machine.vault().search(SearchQuery(text: "apple", limit: 100)).hits.count
            #expect(found == min(expected.count, 100))
        }
    }

    /// With indexes on the volume, and on disks of their own that have room.
    @Test(arguments: [false, true])
    func anyMachineCanEmptyAFullVolume(ownIndexes: Bool) async throws {
        try await withRedis { redis in
            let small = try SmallVolume(size: "2m")
            let disks = try SmallVolume(size: "64m")
            let indexes = ownIndexes ? disks.path : nil
            let volume = try SharedVolume(redis, hasOwnIndexes: ownIndexes, in: small.path, indexes: indexes)
            let machines = [try volume.machine("one"), try volume.machine("two")]
            try await machines[1].write("first.md", "apple")
            let (paths, error) = try await self.fill(machines[0])
            #expect(paths.count > 30)
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("the volume is full") == true)
            try small.fill()
            // Each takes the vault over from the other.
            for (index, path) in paths.enumerated() {
                let (one, other) = (machines[index % 2], machines[1 - index % 2])
                let refused = try await failure { try await one.vault().delete(path, ifMatch: nil) }
                #expect(refused == nil, "delete \(index) of \(paths.count)")
                let gone = try await failure { try await other.vault().read(path) }
                #expect(gone?.code == .notFound)
                // What a delete frees is taken by another vault.
                if index < 10 { try small.fill() }
            }
            try small.removeFillers()
            try await self.expectAgreement(machines, ["first.md"])
            for machine in machines { await machine.store.close() }
        }
    }

    @Test func deletesDoNotWaitForRoomForAnIndex() async throws {
        try await withRedis { redis in
            let disks = try SmallVolume(size: "2m")
            let volume = try SharedVolume(redis, hasOwnIndexes: true, indexes: disks.path)
            let machines = [try volume.machine("one"), try volume.machine("two")]
            for number in 0..<20 { try await machines[number % 2].write("n\(number).md", "apple \(Self.words)") }
            try disks.fill()
            for number in 0..<10 {
                let vault = try machines[number % 2].vault()
                let refused = try await failure { try await vault.delete("n\(number).md", ifMatch: nil) }
                #expect(refused == nil, "\(number)")
            }
            try disks.removeFillers()
            try await self.expectAgreement(machines, (10..<20).map { "n\($0).md" })
            for machine in machines { await machine.store.close() }
        }
    }
}
