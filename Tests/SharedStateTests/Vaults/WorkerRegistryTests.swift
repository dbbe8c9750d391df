import Redis
import TestSupport
import Testing

@testable import SharedState

@Suite struct WorkerRegistryTests {
    private func withRegistry(
        _ body: @escaping @Sendable (WorkerRegistry, RedisClient) async throws -> Void
    ) async throws {
        try await withRedis { redis in
            try await body(WorkerRegistry(context: RedisContext(redis: redis, keys: Keys(), isSpread: false)), redis)
        }
    }

    @Test func workersSeeTheBeatsOfAllOthers() async throws {
        try await self.withRegistry { registry, _ in
            let none = try await registry.beat("one", 1)
            #expect(none.isEmpty)
            let one = try await registry.beat("two", 7)
            #expect(one.map(\.worker) == ["one"])
            #expect(one.map(\.number) == [1])
            _ = try await registry.beat("one", 2)
            let both = try await registry.beat(nil, 0)
            #expect(Set(both.map(\.worker)) == ["one", "two"])
            #expect(both.first { $0.worker == "one" }?.number == 2)
            #expect(both.allSatisfy { $0.age < .seconds(10) })
            try await registry.remove("two")
            let left = try await registry.beat(nil, 0)
            #expect(left.map(\.worker) == ["one"])
        }
    }

    @Test func aSilentWorkerIsForgotten() async throws {
        try await self.withRegistry { registry, redis in
            _ = try await registry.beat("one", 1)
            let value = try await redis.send(["HGET", "carrel:workers", "one"]).text ?? ""
            let time = try #require(Int(value.split(separator: " ").last ?? ""))
            _ = try await redis.send(["HSET", "carrel:workers", "one", "1 \(time - 31_000)"])
            let none = try await registry.beat("two", 1)
            #expect(none.isEmpty)
            let fields = try await redis.send(["HKEYS", "carrel:workers"]).elements?.compactMap(\.text)
            #expect(fields == ["two"])
            let life = try await redis.send(["TTL", "carrel:workers"])
            #expect((life.integerValue ?? -1) > 0)
        }
    }
}
