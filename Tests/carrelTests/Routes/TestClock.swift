import Synchronization

/// A clock that the test moves, in seconds since 1970.
final class TestClock: Sendable {
    private let seconds = Mutex<Int64>(1_800_000_000)

    var now: Int64 { self.seconds.withLock { $0 } }

    func advance(_ seconds: Int64) {
        self.seconds.withLock { $0 += seconds }
    }
}
