import Redis

/// The workers that live, as they say of themselves in Redis.
///
/// All calls throw ``SharedStateError``.
package struct WorkerRegistry: Sendable {
    /// How long a worker is listed without a beat.
    private static let longestSilence: Duration = .seconds(30)

    private let context: RedisContext
    private let script: RedisScript

    init(context: RedisContext) {
        self.context = context
        self.script = LuaSource.script(PackageResources.beat_worker_lua)
    }

    /// The last beats of all other workers.
    ///
    /// - Parameters:
    ///   - worker: registers this one; `nil` to ask only.
    ///   - number: its beat.
    package func beat(_ worker: String?, _ number: Int) async throws -> [WorkerBeat] {
        let reply = try await self.context.evaluate(
            self.script,
            keys: [self.context.keys.workers],
            arguments: [worker ?? "", String(number), String(Int64(Self.longestSilence / .milliseconds(1)))]
        )
        let elements = reply.elements ?? []
        return try stride(from: 0, to: elements.count - 2, by: 3).map { index in
            guard let worker = elements[index].text, let number = elements[index + 1].integerValue,
                let age = elements[index + 2].integerValue
            else { throw SharedStateError(.corrupt, "The list of workers has an unknown entry.") }
            return WorkerBeat(worker: worker, number: Int(number), age: .milliseconds(max(0, age)))
        }
    }

    /// Removes a worker that stops.
    package func remove(_ worker: String) async throws {
        _ = try await self.context.send(["HDEL", self.context.keys.workers, worker])
    }
}
