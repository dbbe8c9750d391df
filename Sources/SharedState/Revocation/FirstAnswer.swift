import Synchronization

/// A continuation that the first of several answers resumes.
final class FirstAnswer<Value: Sendable>: Sendable {
    private let continuation: CheckedContinuation<Value, any Error>
    private let isGiven = Atomic(false)

    init(_ continuation: CheckedContinuation<Value, any Error>) { self.continuation = continuation }

    func give(_ result: Result<Value, any Error>) {
        guard !self.isGiven.exchange(true, ordering: .acquiringAndReleasing) else { return }
        self.continuation.resume(with: result)
    }
}
