internal import Dispatch
internal import Synchronization

/// Waits for an asynchronous call on a thread that may block, and is not of the cooperative pool.
enum BlockingWait {
    static func value<Value: Sendable>(_ call: @escaping @Sendable () async throws -> Value) throws -> Value {
        let outcome = Outcome<Value>()
        let semaphore = DispatchSemaphore(value: 0)
        Task {
            let result: Result<Value, any Error>
            do { result = .success(try await call()) } catch { result = .failure(error) }
            outcome.result.withLock { $0 = result }
            semaphore.signal()
        }
        semaphore.wait()
        guard let result = outcome.result.withLock({ $0 }) else {
            throw VaultError(.internalError, "a call ended without a result")
        }
        return try result.get()
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }
}
