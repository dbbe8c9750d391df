import GRDB
import Testing

@testable import Vault

/// Queries that take long are ended by an interrupt of SQLite.
@Suite struct QueryLimitTests {
    private let gate = Gate()

    /// Holds every search within its statement.
    private var heldSearches: StoreHooks {
        StoreHooks(connected: { db in
            db.trace { event in
                guard case .statement(let statement) = event, statement.sql.contains("MATCH") else { return }
                self.gate.pass()
            }
        })
    }

    private func withStore(_ body: (VaultStore, Vault) async throws -> Void) async throws {
        let rig = try VaultRig()
        let store = try rig.store(hooks: self.heldSearches)
        let vault = try store.vault(of: "ann")
        try await vault.write("a.md", "word")
        try await body(store, vault)
        self.gate.open()
        await store.close()
    }

    private func search(_ vault: Vault) -> Task<VaultError?, any Error> {
        Task { try await failure { try await vault.search(SearchQuery(text: "word")) } }
    }

    @Test func aSearchIsStoppedWhenItsTimeIsUp() async throws {
        try await self.withStore { store, vault in
            self.gate.close()
            let search = self.search(vault)
            await self.gate.waitForHeld(1)
            let now = ContinuousClock.now
            store.checkDeadlines(at: now)
            store.checkDeadlines(at: now + .seconds(3))
            self.gate.open()
            let error = try await search.value
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("took too long") == true)
            let found = try await vault.found("word")
            #expect(found == ["a.md"])
        }
    }

    @Test func aSearchIsStoppedWhenItsTaskIsCancelled() async throws {
        try await self.withStore { _, vault in
            self.gate.close()
            let search = self.search(vault)
            await self.gate.waitForHeld(1)
            search.cancel()
            self.gate.open()
            let error = try await search.value
            #expect(error?.code == .unavailable)
            let found = try await vault.found("word")
            #expect(found == ["a.md"])
        }
    }

    @Test func aCancelledSearchThatWaitsNeverRuns() async throws {
        try await self.withStore { _, vault in
            self.gate.close()
            let searches = [self.search(vault), self.search(vault)]
            await self.gate.waitForHeld(2)
            let passes = self.gate.passes
            let waiting = self.search(vault)
            waiting.cancel()
            let error = try await waiting.value
            #expect(error?.code == .unavailable)
            #expect(self.gate.passes == passes)
            self.gate.open()
            for search in searches {
                let error = try await search.value
                #expect(error == nil)
            }
        }
    }

    @Test func aStoreThatHasDrainedRunsNoReads() async throws {
        try await self.withStore { store, vault in
            self.gate.close()
            let search = self.search(vault)
            await self.gate.waitForHeld(1)
            store.drain(within: .seconds(60))
            store.checkDeadlines(at: .now)
            let list = try await vault.paths()
            #expect(list == ["a.md"])
            store.checkDeadlines(at: .now + .seconds(61))
            self.gate.open()
            let errors = [try await search.value, try await failure { try await vault.read("a.md") }]
            #expect(errors.map { $0?.code } == [.unavailable, .unavailable])
        }
    }

    @Test func aUserWhoOccupiesThreadsIsKnown() {
        var load = ReadLoad()
        let start = ContinuousClock.now
        for check in 0..<40 {
            load.note(check % 10 == 0 ? 1 : 0, isWaiting: false, at: start + .milliseconds(250) * check)
            #expect(!load.isHeavy)
        }
        load.note(2, isWaiting: false, at: start + .seconds(10))
        load.note(2, isWaiting: false, at: start + .milliseconds(10_250))
        #expect(load.isHeavy)
        load.note(0, isWaiting: false, at: start + .seconds(20))
        #expect(load.isHeavy)
        load.note(0, isWaiting: false, at: start + .seconds(21))
        #expect(!load.isHeavy)
    }

    @Test func aHeavyUserStaysOneWhileReadsWait() {
        var load = ReadLoad()
        let start = ContinuousClock.now
        load.note(0, isWaiting: true, at: start)
        #expect(!load.isHeavy)
        load.note(3, isWaiting: false, at: start + .seconds(1))
        for second in 2..<60 {
            load.note(0, isWaiting: true, at: start + .seconds(second))
            #expect(load.isHeavy)
        }
        load.note(0, isWaiting: false, at: start + .seconds(70))
        #expect(!load.isHeavy)
    }
}
