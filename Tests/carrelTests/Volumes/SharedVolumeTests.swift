import Foundation
import Redis
import Testing

@testable import Vault

/// Two machines on one volume: what one has acknowledged, the other sees and never destroys.
@Suite struct SharedVolumeTests {
    @Test(arguments: [false, true])
    func everyWriteIsVisibleOnTheOtherMachine(ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let machines = [try volume.machine("one"), try volume.machine("two")]
            for round in 0..<30 {
                let (writer, reader) = (try machines[round % 2].vault(), try machines[1 - round % 2].vault())
                let path = "f\(round % 3)/n\(round % 4).md"
                let written = try await writer.write(
                    NoteDraft(path: path, body: "# T\(round)\nword\(round) #tag\(round)")
                )
                let read = try await reader.read(path)
                #expect(read.revision == written.note.revision)
                let listed = try await reader.list(NoteQuery()).notes.first { $0.path == path }
                #expect(listed?.revision == written.note.revision)
                let found = try await reader.search(SearchQuery(text: "word\(round)")).hits.map(\.path)
                #expect(found == [path])
                if round % 5 == 4 {
                    _ = try await reader.delete(path, ifMatch: nil)
                    let gone = try await failure { try await writer.read(path) }
                    #expect(gone?.code == .notFound)
                    let tags = try await writer.tags().map(\.tag)
                    #expect(!tags.contains("tag\(round)"))
                }
            }
            for machine in machines { await machine.store.close() }
            #expect(volume.leftovers() == [])
        }
    }

    @Test(arguments: [false, true])
    func countersOfBothMachinesLoseNothing(ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let machines = [try volume.machine("one"), try volume.machine("two")]
            let increments = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<4 {
                    let vault = try machines[task % 2].vault()
                    group.addTask { try await self.increment(vault, times: 25) }
                }
                return try await group.reduce(0, +)
            }
            #expect(increments == 100)
            let text = try volume.text(of: "counter.md")
            #expect(text.contains("count: 100\n"))
            for machine in machines { await machine.store.close() }
        }
    }

    /// Increments a counter under its revision.
    private func increment(_ vault: Vault, times: Int) async throws -> Int {
        var count = 0
        while count < times {
            var (value, condition) = (0, RevisionCondition.none)
            do {
                let note = try await vault.read("counter.md")
                value = Int(note.body.split(separator: " ").last?.trimmingCharacters(in: .newlines) ?? "") ?? -1
                condition = .revision(note.revision)
            } catch let error as VaultError where error.code == .notFound {}
            let draft = NoteDraft(path: "counter.md", body: "count: \(value + 1)\n", ifMatch: condition)
            switch try await failure({ try await vault.write(draft) })?.code {
            case nil: count += 1
            case VaultError.Code.conflict?: continue
            case let code?: throw VaultError(code, "not expected")
            }
        }
        return count
    }

    /// A machine is cut off in the middle of a write; another writes the same note; the first comes back.
    @Test(arguments: [WriteStep.locked, .intentWritten, .temporaryWritten], [false, true])
    func aLateWriteChangesNothing(_ step: WriteStep, ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let pause = Pause()
            let late = try volume.machine("late", lease: .milliseconds(300), hooks: pause.hooks)
            let other = try volume.machine("other", lease: .milliseconds(300))
            let base = try await late.write("a.md", "base")
            pause.arm(step)
            let draft = NoteDraft(path: "a.md", body: "late", ifMatch: .revision(base.note.revision))
            async let outcome = failure { try await late.vault().write(draft) }
            await pause.reached()
            late.link.cut()
            // Waits until the lease has ended.
            let written = try await other.vault().write(
                NoteDraft(path: "a.md", body: "other", ifMatch: .revision(base.note.revision))
            )
            late.link.mend()
            pause.resume()
            let error = try await outcome
            #expect(error?.code == .conflict)
            #expect(error?.currentRevision == written.note.revision)
            let text = try volume.text(of: "a.md")
            #expect(text.contains("other"))
            for machine in [late, other] {
                let body = try await machine.vault().read("a.md").body
                #expect(body.contains("other"))
                let found = try await machine.vault().search(SearchQuery(text: "late")).hits
                #expect(found.isEmpty)
                await machine.store.close()
            }
            #expect(volume.leftovers() == [])
        }
    }

    @Test(arguments: [WriteStep.locked, .intentWritten], [false, true])
    func aLateDeletionChangesNothing(_ step: WriteStep, ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let pause = Pause()
            let late = try volume.machine("late", lease: .milliseconds(300), hooks: pause.hooks)
            let other = try volume.machine("other", lease: .milliseconds(300))
            let base = try await late.write("a.md", "base").note.revision
            pause.arm(step)
            async let outcome = failure { try await late.vault().delete("a.md", ifMatch: .revision(base)) }
            await pause.reached()
            late.link.cut()
            _ = try await other.vault().write(NoteDraft(path: "a.md", body: "other", ifMatch: .revision(base)))
            late.link.mend()
            pause.resume()
            let error = try await outcome
            #expect(error?.code == .conflict)
            let body = try await late.vault().read("a.md").body
            #expect(body.contains("other"))
            for machine in [late, other] { await machine.store.close() }
        }
    }

    /// A machine is cut off after its note is in place: that is what the next one sees, and the write has succeeded.
    @Test(arguments: [WriteStep.replaced, .folderSynced, .indexed], [false, true])
    func aWriteInPlaceIsSeenByTheNextHolder(_ step: WriteStep, ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let pause = Pause()
            let late = try volume.machine("late", lease: .milliseconds(300), hooks: pause.hooks)
            let other = try volume.machine("other", lease: .milliseconds(300))
            let base = try await late.write("a.md", "base").note.revision
            pause.arm(step)
            let draft = NoteDraft(path: "a.md", body: "late words", ifMatch: .revision(base))
            async let outcome = failure { try await late.vault().write(draft) }
            await pause.reached()
            late.link.cut()
            let stale = try await failure {
                try await other.vault().write(NoteDraft(path: "a.md", body: "other", ifMatch: .revision(base)))
            }
            #expect(stale?.code == .conflict)
            let seen = try await other.vault().read("a.md")
            #expect(seen.body.contains("late words"))
            let next = NoteDraft(path: "a.md", body: "next", ifMatch: .revision(seen.revision))
            _ = try await other.vault().write(next)
            late.link.mend()
            pause.resume()
            let error = try await outcome
            #expect(error == nil)
            for machine in [late, other] {
                let body = try await machine.vault().read("a.md").body
                #expect(body.contains("next"))
                let found = try await machine.vault().search(SearchQuery(text: "late")).hits
                #expect(found.isEmpty)
                let listed = try await machine.vault().search(SearchQuery(text: "next")).hits.map(\.path)
                #expect(listed == ["a.md"])
                await machine.store.close()
            }
            #expect(volume.leftovers() == [])
        }
    }

    @Test(arguments: [false, true])
    func aRedisThatLostAllCostsAFreshLook(ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let (one, two) = (try volume.machine("one"), try volume.machine("two"))
            for round in 0..<8 {
                try await one.write("a.md", "before \(round)")
                let before = try await two.vault().read("a.md").body
                #expect(before.contains("before \(round)"))
                _ = try await volume.redis.send(["FLUSHALL"])
                try await two.write("b\(round).md", "after")
                let after = try await one.vault().read("b\(round).md").body
                #expect(after.contains("after"))
                _ = try await volume.redis.send(["FLUSHALL"])
                let listed = try await one.vault().list(NoteQuery()).notes.count
                #expect(listed == round + 2)
            }
            for machine in [one, two] { await machine.store.close() }
        }
    }

    @Test(arguments: [false, true])
    func aChangeThatCouldNotBePublishedIsSeenLater(ownIndexes: Bool) async throws {
        try await withSharedVolume(ownIndexes: ownIndexes) { volume in
            let pause = Pause()
            let one = try volume.machine("one", lease: .milliseconds(300), hooks: pause.hooks)
            let two = try volume.machine("two")
            try await one.write("a.md", "old")
            let old = try await two.vault().read("a.md").body
            #expect(old.contains("old"))
            pause.arm(.indexed)
            async let outcome = failure { try await one.vault().write(NoteDraft(path: "a.md", body: "new")) }
            await pause.reached()
            one.link.cut()
            pause.resume()
            let error = try await outcome
            #expect(error == nil)
            one.link.mend()
            // The machine publishes on its own; until then the number is the old one.
            while try await volume.redis.send(["HGET", "carrel:vault:{ann}", "sequence"]).text == "1" {
                try await Task.sleep(for: .milliseconds(20))
            }
            let new = try await two.vault().read("a.md").body
            #expect(new.contains("new"))
            for machine in [one, two] { await machine.store.close() }
        }
    }
}
