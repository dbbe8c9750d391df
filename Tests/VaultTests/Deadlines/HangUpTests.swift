import GRDB
import Synchronization
import Testing

@testable import Vault

/// Queries end when their clients hang up.
@Suite struct HangUpTests {
    private final class Client: Sendable {
        @TaskLocal static var current: Client?

        private let state: Mutex<(looks: Int, patience: Int)>

        /// - Parameter looks: how many times it is found waiting before it has gone.
        init(goneAfter looks: Int = .max) { self.state = Mutex((0, looks)) }

        func hangUp() { self.state.withLock { $0.patience = 0 } }

        var hasGone: Bool {
            self.state.withLock { state in
                state.looks += 1
                return state.looks > state.patience
            }
        }
    }

    private let gate = Gate()

    private func withStore(_ body: (VaultStore, Vault) async throws -> Void) async throws {
        let rig = try VaultRig()
        var configuration = rig.configuration()
        configuration.watchCaller = {
            guard let client = Client.current else { return nil }
            return { client.hasGone }
        }
        let hooks = StoreHooks(connected: { db in
            db.trace { event in
                guard case .statement(let statement) = event, statement.sql.contains("MATCH") else { return }
                self.gate.pass()
            }
        })
        let store = try rig.store(configuration, hooks: hooks)
        let vault = try store.vault(of: "ann")
        try await vault.write("a.md", "word")
        try await body(store, vault)
        self.gate.open()
        await store.close()
    }

    private func search(_ vault: Vault, for client: Client? = nil) -> Task<VaultError?, any Error> {
        Client.$current.withValue(client) {
            Task { try await failure { try await vault.search(SearchQuery(text: "word")) } }
        }
    }

    @Test func aSearchIsStoppedWhenItsClientHangsUp() async throws {
        try await self.withStore { store, vault in
            self.gate.close()
            let client = Client()
            let search = self.search(vault, for: client)
            await self.gate.waitForHeld(1)
            store.checkDeadlines(at: .now)
            client.hangUp()
            store.checkDeadlines(at: .now)
            self.gate.open()
            let error = try await search.value
            #expect(error?.code == .unavailable)
            #expect(error?.message == "the caller has gone")
            let found = try await vault.found("word")
            #expect(found == ["a.md"])
        }
    }

    @Test func aSearchThatWaitsIsDroppedWhenItsClientHangsUp() async throws {
        try await self.withStore { store, vault in
            self.gate.close()
            let searches = [self.search(vault), self.search(vault)]
            await self.gate.waitForHeld(2)
            let passes = self.gate.passes
            // It is still there when the search begins.
            let waiting = self.search(vault, for: Client(goneAfter: 1))
            let checks = Task {
                while !Task.isCancelled {
                    store.checkDeadlines(at: .now)
                    await Task.yield()
                }
            }
            let error = try await waiting.value
            checks.cancel()
            #expect(error?.message == "the caller has gone")
            #expect(self.gate.passes == passes)
            self.gate.open()
            for search in searches {
                let error = try await search.value
                #expect(error == nil)
            }
        }
    }

    @Test func noQueryBeginsForAClientThatHasGone() async throws {
        try await self.withStore { _, vault in
            let passes = self.gate.passes
            let error = try await self.search(vault, for: Client(goneAfter: 0)).value
            #expect(error?.message == "the caller has gone")
            #expect(self.gate.passes == passes)
        }
    }

    @Test func readsOfANoteAndWritesGoOnWithoutTheirClient() async throws {
        try await self.withStore { store, vault in
            try await Client.$current.withValue(Client(goneAfter: 0)) {
                try await vault.write("b.md", "text")
                store.checkDeadlines(at: .now)
                let note = try await vault.read("b.md")
                #expect(note.body == "text")
            }
        }
    }
}
