import MCPServer
import Synchronization

/// A batch under way, held by its response only until that is written: what it has parsed is released then.
final class HeldRun<Subject: Sendable>: Sendable {
    private let run: Mutex<BatchRun<Subject>?>

    init(_ run: BatchRun<Subject>) {
        self.run = Mutex(run)
    }

    func take() -> BatchRun<Subject>? {
        self.run.withLock { run in
            defer { run = nil }
            return run
        }
    }
}
