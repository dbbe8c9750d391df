import Synchronization

/// A value that changes, and that tests wait for.
final class Observed<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var waiters: [Int: AsyncStream<Value>.Continuation] = [:]
        var lastWaiter = 0
    }

    /// Reached only by what hangs: no test waits so long on a machine that is merely slow.
    static var patience: Duration { .seconds(30) }

    private let state: Mutex<State>

    init(_ value: Value) {
        self.state = Mutex(State(value: value))
    }

    var value: Value { self.state.withLock { $0.value } }

    func update(_ change: (inout Value) -> Void) {
        self.state.withLock { state in
            change(&state.value)
            for waiter in state.waiters.values { waiter.yield(state.value) }
        }
    }

    /// Waits until a condition holds.
    func await(_ what: String, _ condition: @escaping @Sendable (Value) -> Bool) async throws {
        guard try await self.holds(within: Self.patience, condition) else { throw NotInTime(what: what) }
    }

    /// Waits until a condition holds; `false` if it did not in time.
    func holds(within time: Duration, _ condition: @escaping @Sendable (Value) -> Bool) async throws -> Bool {
        let (values, waiter) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: .bufferingNewest(1))
        let number = self.add(waiter)
        defer { self.state.withLock { $0.waiters[number] = nil } }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await value in values where condition(value) { return true }
                return false
            }
            group.addTask {
                try await Task.sleep(for: time)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }

    private func add(_ waiter: AsyncStream<Value>.Continuation) -> Int {
        self.state.withLock { state in
            state.lastWaiter += 1
            state.waiters[state.lastWaiter] = waiter
            waiter.yield(state.value)
            return state.lastWaiter
        }
    }
}

/// A condition was not met in time.
struct NotInTime: Error {
    let what: String
}
