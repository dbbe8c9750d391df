import Identity
import Redis

/// Registered clients in Redis, as JSON.
struct RedisClientStore: ClientStore {
    let context: RedisContext

    func save(_ client: OAuthClient) async throws {
        let life = Lifetimes.newClient.argument
        _ = try await self.context.send([
            "SET", self.context.keys.client(client.id), try StoredText.encode(client), "EX", life,
        ])
    }

    func client(_ id: String) async throws -> OAuthClient? {
        try await self.context.send(["GET", self.context.keys.client(id)]).text
            .map { try StoredText.decode(OAuthClient.self, from: $0) }
    }

    func isKept(_ id: String) async throws -> Bool {
        let seconds = try await self.context.send(["TTL", self.context.keys.client(id)]).integerValue ?? 0
        return seconds > Lifetimes.newClient.wholeSeconds
    }

    func keepClient(_ id: String) async throws {
        _ = try await self.context.send(["EXPIRE", self.context.keys.client(id), Lifetimes.client.argument])
    }
}
