import Testing

@testable import Vault

/// A volume hangs: its calls hold their threads until it answers again.
@Suite struct DeadlineTests {
    private let gate = Gate()

    private var later: ContinuousClock.Instant { .now + .seconds(60) }

    private func withStore(
        _ hooks: StoreHooks,
        _ body: (VaultStore, Vault) async throws -> Void
    ) async throws {
        let rig = try VaultRig()
        let store = try rig.store(hooks: hooks)
        let vault = try store.vault(of: "ann")
        try await vault.write("a.md", "old")
        try await body(store, vault)
        self.gate.open()
        await store.close()
    }

    private var heldReads: StoreHooks { StoreHooks(reading: { self.gate.pass() }) }

    private func heldWrites(at step: WriteStep) -> StoreHooks {
        StoreHooks(reached: { if $0 == step { self.gate.pass() } })
    }

    @Test func aReadThatHangsIsUnavailable() async throws {
        try await self.withStore(self.heldReads) { store, vault in
            self.gate.close()
            async let hanging = failure { try await vault.read("a.md") }
            await self.gate.waitForHeld(1)
            store.checkDeadlines(at: .now)
            store.checkDeadlines(at: self.later)
            let error = try await hanging
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("nothing was changed") == true)
            self.gate.open()
            let body = try await vault.read("a.md").body
            #expect(body == "old")
        }
    }

    @Test func readsBehindThoseThatHangNeverRun() async throws {
        try await self.withStore(self.heldReads) { store, vault in
            self.gate.close()
            let before = self.gate.passes
            let calls = (0..<5).map { _ in Task { try await failure { try await vault.read("a.md") } } }
            await self.gate.waitForHeld(2)
            // Calls that come only after the check are refused at once.
            store.checkDeadlines(at: self.later)
            for call in calls {
                let error = try await call.value
                #expect(error?.code == .unavailable)
            }
            let refused = try await failure { try await vault.read("a.md") }
            #expect(refused?.code == .unavailable)
            #expect(self.gate.passes - before == 2)
            self.gate.open()
            let body = await eventually { try await vault.read("a.md").body }
            #expect(body == "old")
        }
    }

    @Test func aWriteThatHasBegunMayStillBeCarriedOut() async throws {
        try await self.withStore(self.heldWrites(at: .temporaryWritten)) { store, vault in
            self.gate.close()
            async let hanging = failure { try await vault.write("a.md", "new") }
            await self.gate.waitForHeld(1)
            store.checkDeadlines(at: self.later)
            let error = try await hanging
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("may still be carried out") == true)
            // Reads do not wait for the write lock.
            let old = try await vault.read("a.md").body
            #expect(old == "old")
            self.gate.open()
            try await vault.write("b.md", "after it")
            let new = try await vault.read("a.md").body
            #expect(new == "new")
        }
    }

    @Test func aWriteBehindOneThatHangsIsNeverCarriedOut() async throws {
        try await self.withStore(self.heldWrites(at: .temporaryWritten)) { store, vault in
            self.gate.close()
            async let hanging = failure { try await vault.write("a.md", "new") }
            await self.gate.waitForHeld(1)
            let entry = try store.entries.begin(try UserFolder(user: "ann"))
            async let queued = failure { try await vault.write("a.md", "newer") }
            while entry.writes.waitingCount == 0 { await Task.yield() }
            store.checkDeadlines(at: self.later)
            let errors = [try await hanging, try await queued]
            #expect(errors[0]?.message.contains("may still be carried out") == true)
            #expect(errors[1]?.message.contains("nothing was changed") == true)
            #expect(entry.writes.waitingCount == 0)
            store.end(entry)
            self.gate.open()
            try await vault.write("b.md", "after them")
            let note = try await vault.read("a.md").body
            #expect(note == "new")
        }
    }

    @Test func aWriteThatHangsBeforeItBeginsIsNeverCarriedOut() async throws {
        try await self.withStore(self.heldWrites(at: .locked)) { store, vault in
            self.gate.close()
            async let hanging = failure { try await vault.write("a.md", "new") }
            await self.gate.waitForHeld(1)
            store.checkDeadlines(at: self.later)
            let error = try await hanging
            #expect(error?.message.contains("nothing was changed") == true)
            self.gate.open()
            try await vault.write("b.md", "after it")
            let note = try await vault.read("a.md").body
            #expect(note == "old")
        }
    }

    @Test func otherUsersAreServedMeanwhile() async throws {
        try await self.withStore(self.heldReads) { store, vault in
            let other = try store.vault(of: "bob")
            try await other.write("b.md", "words")
            self.gate.close()
            let calls = (0..<5).map { _ in Task { try await failure { try await vault.read("a.md") } } }
            await self.gate.waitForHeld(2)
            let written = try await other.write("c.md", "more words").note.body
            #expect(written == "more words")
            store.checkDeadlines(at: self.later)
            for call in calls { _ = try await call.value }
        }
    }

    @Test func aStoreClosesThoughACallHangs() async throws {
        let rig = try VaultRig()
        let store = try rig.store(hooks: self.heldReads)
        let vault = try store.vault(of: "ann")
        try await vault.write("a.md", "old")
        self.gate.close()
        let hanging = Task { try await failure { try await vault.read("a.md") } }
        await self.gate.waitForHeld(1)
        let end = Gate()
        let closing = Task {
            await store.close()
            end.pass()
        }
        while end.passes == 0 {
            store.checkDeadlines(at: self.later)
            await Task.yield()
        }
        await closing.value
        let error = try await hanging.value
        #expect(error?.code == .unavailable)
        self.gate.open()
    }
}
