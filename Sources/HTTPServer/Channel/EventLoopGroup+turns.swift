internal import CLinux
internal import NIOCore

extension EventLoopGroup {
    /// Has the event loops go before threads that compute, such as those of searches, where all processors are busy.
    ///
    /// An event loop works for microseconds at a time. With turns as long as those of other threads it waits for the
    /// end of theirs, several times in each request. Where the kernel refuses it, turns stay as they are.
    func shortenTurns() {
        for loop in self.makeIterator() {
            loop.execute { _ = carrel_set_turns(100_000) }
        }
    }
}
