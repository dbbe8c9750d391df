import Files
import Foundation
import Synchronization
import Testing

@testable import Vault

/// Imports, removals and dead machines on a volume that several machines share.
@Suite struct SharedVaultLifeTests {
    /// The paths of notes whose writes have succeeded.
    private final class Acknowledged: Sendable {
        let paths = Mutex<[String]>([])
    }

    @Test(arguments: [false, true])
    func noWriteLandsInAVaultThatAnImportReplaced(ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let (one, two) = (try volume.machine("one"), try volume.machine("two"))
            let source = volume.folder.appendingPathComponent("source")
            try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
            try Data("imported".utf8).write(to: source.appendingPathComponent("imported.md"))
            try await one.write("first.md", "x")
            let acknowledged = Acknowledged()
            let aside = try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<3 {
                    let vault = try one.vault()
                    group.addTask {
                        for round in 0..<40 {
                            let path = "w\(task)-\(round).md"
                            _ = try await vault.write(NoteDraft(path: path, body: "text \(round)"))
                            acknowledged.paths.withLock { $0.append(path) }
                        }
                    }
                }
                let done = try await two.store.importing("ann", from: source.path, replacing: true)
                try await group.waitForAll()
                return done.replaced
            }
            // Each acknowledged note is in the old vault or in the new one, by when it was written, and never hidden.
            let paths = Set(try await two.vault().list(NoteQuery(limit: 1000)).notes.map(\.path))
            let replaced = Set(try FileManager.default.contentsOfDirectory(atPath: try #require(aside)))
            #expect(paths.contains("imported.md"))
            #expect(!paths.contains("first.md"))
            for path in acknowledged.paths.withLock({ $0 }) {
                #expect(paths.contains(path) != replaced.contains(path), "\(path)")
            }
            let same = Set(try await one.vault().list(NoteQuery(limit: 1000)).notes.map(\.path))
            #expect(same == paths)
            for machine in [one, two] { await machine.store.close() }
        }
    }

    @Test(arguments: [false, true])
    func aRemovedVaultIsGoneOnTheOtherMachine(ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let (one, two) = (try volume.machine("one"), try volume.machine("two"))
            for round in 0..<3 {
                try await one.write("secret\(round).md", "secret words")
                let found = try await two.vault().search(SearchQuery(text: "secret")).hits.count
                #expect(found == 1)
                _ = try await one.store.remove("ann")
                let notes = try await two.vault().noteCount()
                #expect(notes == 0)
                let gone = try await failure { try await two.vault().read("secret\(round).md") }
                #expect(gone?.code == .notFound)
            }
            for machine in [one, two] { await machine.store.close() }
        }
    }

    @Test func aDeadHolderBlocksItsVaultForTheLeaseAndNoOther() async throws {
        try await withSharedVolume(ownIndexes: false) { volume in
            let pause = Pause()
            let dead = try volume.machine("dead", lease: .milliseconds(300), hooks: pause.hooks)
            let other = try volume.machine("other")
            pause.arm(.temporaryWritten)
            async let outcome = failure { try await dead.vault().write(NoteDraft(path: "a.md", body: "dead")) }
            await pause.reached()
            dead.link.cut()
            try await other.write("b.md", "free", of: "bob")
            try await other.write("a.md", "other")
            pause.resume()
            let error = try await outcome
            #expect(error?.code == .unavailable)
            let text = try volume.text(of: "a.md")
            #expect(text.contains("other"))
            for machine in [dead, other] { await machine.store.close() }
        }
    }

    /// Its machine still reaches Redis, and could renew its lease for as long as the volume hangs.
    @Test func aHolderWhoseVolumeHangsLosesItsLease() async throws {
        try await withSharedVolume(ownIndexes: true) { volume in
            let pause = Pause()
            let hanging = try volume.machine("hanging", lease: .milliseconds(300), hooks: pause.hooks)
            let other = try volume.machine("other")
            try await other.write("a.md", "first")
            let before = try await other.link.changes(of: "ann", after: 0)
            pause.arm(.locked)
            async let written = hanging.write("a.md", "late")
            await pause.reached()
            try await other.write("a.md", "other")
            let text = try volume.text(of: "a.md")
            #expect(text.contains("other"))
            // The late holder could have changed any note until its stage folder was removed.
            let changes = try await other.link.changes(of: "ann", after: try #require(before.sequence))
            #expect(!changes.isComplete)
            pause.resume()
            // It acquires the lease again, and writes over what is there now.
            _ = try await written
            for machine in [hanging, other] {
                let read = try await machine.vault().read("a.md").body
                #expect(read == "late")
                await machine.store.close()
            }
        }
    }

    /// What was published says that the note is there; on a file system in user space that counts more than a look.
    @Test func readsFindOutThatAHolderDiedInADeletion() async throws {
        try await withSharedVolume(ownIndexes: true) { volume in
            let pause = Pause()
            var (hooks, names) = (pause.hooks, StoreHooks())
            (hooks.look, names.look) = (.names, .names)
            let dead = try volume.machine("dead", lease: .milliseconds(300), hooks: hooks)
            let other = try volume.machine("other", hooks: names)
            try await dead.write("a.md", "text")
            let before = try await other.vault().read("a.md").body
            #expect(before == "text")
            pause.arm(.replaced)
            async let outcome = failure { try await dead.vault().delete("a.md", ifMatch: nil) }
            await pause.reached()
            dead.link.cut()
            var code: VaultError.Code?
            repeat {
                code = try await failure { try await other.vault().read("a.md") }?.code
            } while code == .unavailable
            #expect(code == .notFound)
            let gap = try await other.link.changes(of: "ann", after: 0).gapAge
            #expect(gap != nil)
            dead.link.mend()
            pause.resume()
            _ = try await outcome
            for machine in [dead, other] { await machine.store.close() }
        }
    }

    /// A file that was changed from outside may have any time, such as that of a copy.
    @Test func aFileWithAnOlderTimeStaysInTheIndexOfTheOtherMachine() async throws {
        try await withSharedVolume(ownIndexes: true) { volume in
            let (one, two) = (try volume.machine("one"), try volume.machine("two"))
            let none = try await two.vault().noteCount()
            #expect(none == 0)
            try await one.write("a.md", "written")
            let path = "\(volume.vaultsPath)/ann/a.md"
            try Data("copied".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
                ofItemAtPath: path
            )
            two.link.age(by: .seconds(300))
            let found = try await two.vault().search(SearchQuery(text: "copied")).hits.map(\.path)
            #expect(found == ["a.md"])
            for machine in [one, two] { await machine.store.close() }
        }
    }

    /// Numbers of leases know nothing of writes without one, such as after `VOLUME` was set to `local` for a while.
    @Test func aWriteWithoutALeaseIsSeenByTheNextHolder() async throws {
        try await withSharedVolume(ownIndexes: true) { volume in
            let (one, two) = (try volume.machine("one"), try volume.machine("two"))
            try await one.write("a.md", "words")
            let before = try await two.vault().noteCount()
            #expect(before == 1)
            await two.store.close()
            let alone = try volume.machineAlone()
            _ = try await alone.vault(of: "ann").write(NoteDraft(path: "b.md", body: "words"))
            await alone.close()
            try await one.write("c.md", "words")
            let again = try volume.machine("two")
            let after = try await again.vault().list(NoteQuery()).notes.map(\.path)
            #expect(after == ["a.md", "b.md", "c.md"])
            for machine in [one, again] { await machine.store.close() }
        }
    }
}
