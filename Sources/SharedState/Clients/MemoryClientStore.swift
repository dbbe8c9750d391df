import Identity

/// Registered clients in memory.
struct MemoryClientStore: ClientStore {
    let memory: SharedMemory

    func save(_ client: OAuthClient) async throws {
        self.memory.withState { state, now in
            state.clients[client.id] = Expiring(client, until: now + Lifetimes.newClient.wholeSeconds)
        }
    }

    func client(_ id: String) async throws -> OAuthClient? {
        self.memory.withState { state, now in state.clients[id]?.live(at: now) }
    }

    func isKept(_ id: String) async throws -> Bool {
        self.memory.withState { state, now in
            state.clients[id].map { $0.until > now + Lifetimes.newClient.wholeSeconds } ?? false
        }
    }

    func keepClient(_ id: String) async throws {
        self.memory.withState { state, now in state.clients[id]?.until = now + Lifetimes.client.wholeSeconds }
    }
}
