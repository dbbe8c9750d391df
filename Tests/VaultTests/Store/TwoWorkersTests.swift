import Files
import Foundation
import Testing

@testable import Vault

/// Two stores over one folder, as in two workers.
@Suite struct TwoWorkersTests {
    private func withWorkers(
        _ mode: JournalMode = .automatic,
        _ body: (VaultRig, Vault, Vault) async throws -> Void
    ) async throws {
        let rig = try VaultRig()
        var configuration = rig.configuration(journalMode: mode)
        // Lock timeouts are not under test, and all tests share the machine.
        configuration.lockTimeout = .seconds(60)
        let (one, two) = (try rig.store(configuration), try rig.store(configuration))
        try await body(rig, try one.vault(of: "ann"), try two.vault(of: "ann"))
        await one.close()
        await two.close()
    }

    @Test(arguments: [JournalMode.wal, .rollback])
    func aWriteIsVisibleToTheOtherWorker(_ mode: JournalMode) async throws {
        try await self.withWorkers(mode) { rig, one, two in
            for round in 0..<10 {
                try await one.write("a.md", "# Title \(round)\nword\(round) [[b]] #tag\(round)")
                let note = try await two.read("a.md")
                #expect(note.title == "Title \(round)")
                let found = try await two.found("word\(round)")
                #expect(found == ["a.md"])
                let listed = try await two.list(NoteQuery()).notes.first?.revision
                #expect(listed == note.revision)
                let tags = try await two.tags().map(\.tag)
                #expect(tags == ["tag\(round)"])
                try await two.write("b.md", "b \(round)")
                let backlinks = try await one.backlinks(to: "b.md").map(\.context)
                #expect(backlinks == ["word\(round) [[b]] #tag\(round)"])
                let resolved = try await one.read("a.md").links.map(\.resolvedPath)
                #expect(resolved == ["b.md"])
                _ = try await two.delete("b.md", ifMatch: nil)
                let gone = try await one.read("a.md").links.map(\.resolvedPath)
                #expect(gone == [nil])
                rig.advance(by: 1)
            }
        }
    }

    @Test(arguments: [JournalMode.wal, .rollback])
    func fourWritersLoseNothing(_ mode: JournalMode) async throws {
        try await self.withWorkers(mode) { _, one, two in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    let vault = writer % 2 == 0 ? one : two
                    group.addTask {
                        for round in 0..<25 {
                            try await vault.write("w\(writer)/n\(round).md", "text \(writer) \(round) [[shared]]")
                            try await vault.write("shared.md", "by \(writer) in \(round)")
                        }
                    }
                    group.addTask {
                        for _ in 0..<25 {
                            _ = try await vault.found("text")
                            _ = try await vault.list(NoteQuery())
                        }
                    }
                }
                try await group.waitForAll()
            }
            for vault in [one, two] {
                let page = try await vault.list(NoteQuery(limit: 1000))
                #expect(page.notes.count == 101)
                for summary in page.notes {
                    let note = try await vault.read(summary.path)
                    #expect(note.revision == summary.revision)
                }
                let backlinks = try await vault.backlinks(to: "shared.md")
                #expect(backlinks.count == 100)
            }
        }
    }

    @Test func conditionsHoldAcrossWorkers() async throws {
        try await self.withWorkers { _, one, two in
            let wins = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<20 {
                    let vault = index % 2 == 0 ? one : two
                    group.addTask {
                        let draft = NoteDraft(path: "once.md", body: "by \(index)", ifMatch: RevisionCondition.none)
                        return try await failure { try await vault.write(draft) } == nil ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(wins == 1)
        }
    }

    @Test func waitingForTheLockTimesOut() async throws {
        let rig = try VaultRig()
        var configuration = rig.configuration()
        configuration.lockTimeout = .milliseconds(100)
        let store = try rig.store(configuration)
        let vault = try store.vault(of: "ann")
        try await vault.write("a.md", "one")
        let lock = try LockFile(in: try Folder.openOrCreate(path: rig.file(".carrel").path))
        let isTaken = try lock.tryAcquire()
        #expect(isTaken)
        let errors = try await withThrowingTaskGroup(of: VaultError?.self) { group in
            for _ in 0..<3 { group.addTask { try await failure { try await vault.write("a.md", "two") } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.allSatisfy { $0?.code == .unavailable })
        // Reads need no lock.
        let read = try await vault.read("a.md").body
        #expect(read == "one")
        try lock.release()
        try await vault.write("a.md", "three")
        await store.close()
    }

    @Test func aReplacedLockFileIsNotTrusted() async throws {
        try await self.withWorkers { rig, one, two in
            try await one.write("a.md", "x")
            try FileManager.default.removeItem(at: rig.file(".carrel"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    let vault = index % 2 == 0 ? one : two
                    group.addTask { try await vault.write("n\(index).md", "x") }
                }
                try await group.waitForAll()
            }
            let count = try await one.noteCount()
            #expect(count == 21)
        }
    }
}
