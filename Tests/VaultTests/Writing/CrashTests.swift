import Files
import Foundation
import Synchronization
import Testing

@testable import Vault

/// A worker is killed between two steps of a write; the next one opens what it left.
@Suite struct CrashTests {
    /// Copies all files at a step of the next write.
    private final class Snapshot: Sendable {
        private let state: Mutex<(rig: VaultRig?, copy: VaultRig?)>
        private let step: WriteStep

        init(at step: WriteStep) {
            self.step = step
            self.state = Mutex((nil, nil))
        }

        func arm(_ rig: VaultRig) { self.state.withLock { $0.rig = rig } }
        var copy: VaultRig? { self.state.withLock { $0.copy } }

        var hooks: StoreHooks {
            StoreHooks(reached: { step in
                guard step == self.step else { return }
                try self.state.withLock { state in
                    state.copy = try state.rig?.copy()
                    state.rig = nil
                }
            })
        }
    }

    private func isReplaced(_ step: WriteStep) -> Bool {
        ![WriteStep.locked, .intentWritten, .temporaryWritten].contains(step)
    }

    private func expectClean(_ rig: VaultRig) throws {
        let names =
            FileManager.default.enumerator(atPath: rig.vaultsPath)?.allObjects.compactMap { $0 as? String } ?? []
        #expect(!names.contains { $0.hasSuffix(".tmp") || $0.hasSuffix(".intent") })
    }

    @Test(arguments: WriteStep.allCases, [JournalMode.wal, .rollback])
    func aKilledWriteLeavesTheOldNoteOrTheNewOne(_ step: WriteStep, _ mode: JournalMode) async throws {
        let rig = try VaultRig()
        let snapshot = Snapshot(at: step)
        let store = try rig.store(rig.configuration(journalMode: mode), hooks: snapshot.hooks)
        let vault = try store.vault(of: "ann")
        try await vault.write("from.md", "[[Renamed]]")
        try await vault.write("d/a.md", "# Old\nold words #before")
        snapshot.arm(rig)
        try await vault.write("d/a.md", "# Renamed\nnew words #after")
        await store.close()

        let left = try #require(snapshot.copy)
        let next = try left.store(left.configuration(journalMode: mode))
        let found = try next.vault(of: "ann")
        let isNew = self.isReplaced(step)
        // After the restart, before any other write.
        let words = try await found.found("words")
        #expect(words == ["d/a.md"])
        let note = try await found.read("d/a.md")
        #expect(note.title == (isNew ? "Renamed" : "Old"))
        #expect(note.backlinksCount == (isNew ? 1 : 0))
        let listed = try await found.list(NoteQuery()).notes.first { $0.path == "d/a.md" }
        #expect(listed?.revision == note.revision)
        #expect(listed?.tags == [isNew ? "after" : "before"])
        let new = try await found.found("new")
        #expect(new == (isNew ? ["d/a.md"] : []))
        try self.expectClean(left)
        try await found.write("d/a.md", "# Later")
        await next.close()
    }

    @Test(arguments: WriteStep.allCases)
    func aKilledCreationOrDeletionIsAtomicToo(_ step: WriteStep) async throws {
        for deletes in [false, true] {
            let rig = try VaultRig()
            let snapshot = Snapshot(at: step)
            let store = try rig.store(hooks: snapshot.hooks)
            let vault = try store.vault(of: "ann")
            try await vault.write("other.md", "[[new]]")
            if deletes { try await vault.write("f/new.md", "words") }
            snapshot.arm(rig)
            if deletes {
                _ = try await vault.delete("f/new.md", ifMatch: nil)
            } else {
                try await vault.write("f/new.md", "words")
            }
            await store.close()
            // A deletion writes no file, so it skips the step of writing one.
            guard let left = snapshot.copy else {
                #expect(deletes && step == .temporaryWritten)
                continue
            }
            let next = try left.store()
            let found = try next.vault(of: "ann")
            let isThere = deletes != self.isReplaced(step)
            let paths = try await found.paths()
            #expect(paths == (isThere ? ["f/new.md", "other.md"] : ["other.md"]))
            let links = try await found.read("other.md").links.map(\.resolvedPath)
            #expect(links == [isThere ? "f/new.md" : nil])
            let words = try await found.found("words")
            #expect(words == (isThere ? ["f/new.md"] : []))
            try self.expectClean(left)
            await next.close()
        }
    }

    @Test func anOpenVaultRepairsWithItsNextWrite() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let vault = try store.vault(of: "ann")
        try await vault.write("a.md", "old")
        // As left by a worker killed after the replacement.
        let intent = Intent(.write, try NotePath("a.md"), temporary: UniqueName.temporary())
        try rig.put(Data(intent.bytes), at: ".carrel/intents/0123.intent")
        try rig.put("half", at: intent.temporary)
        try rig.put("# New\nbanana", at: "a.md")
        try await vault.write("b.md", "x")
        let found = try await vault.found("banana")
        #expect(found == ["a.md"])
        try self.expectClean(rig)
        await store.close()
    }

    @Test func invalidIntentsAreDropped() async throws {
        let rig = try VaultRig()
        try rig.put("words", at: "a.md")
        let bad = [
            "", "carrel-intent 1\nwrite\na.m", "carrel-intent 1\nwrite\n../../etc/passwd\nx\nend\n",
            "carrel-intent 1\nwrite\na.md\n../b.md\nend\n",
            "carrel-intent 2\nwrite\na.md\nx\nend\n", String(repeating: "x", count: 100_000),
            "carrel-intent 1\nwrite\nmissing/b.md\n.carrel-1.tmp\nend\n",
        ]
        for (index, text) in bad.enumerated() { try rig.put(text, at: ".carrel/intents/\(index).intent") }
        try rig.link(".carrel/intents/link.intent", to: rig.file("a.md").path)
        let store = try rig.store()
        let vault = try store.vault(of: "ann")
        let error = try await failure { try await vault.write("c.md", "x") }
        // A link there is an attack, and must fail the write.
        #expect(error?.traversal == true)
        try FileManager.default.removeItem(at: rig.file(".carrel/intents/link.intent"))
        try await vault.write("c.md", "x")
        let paths = try await vault.paths()
        #expect(paths == ["a.md", "c.md"])
        try self.expectClean(rig)
        await store.close()
    }
}
