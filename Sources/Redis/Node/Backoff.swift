/// How long to wait before something is tried again.
enum Backoff {
    /// A random time that grows with the failures, to half a second at most.
    static func delay(after failures: Int) -> Duration {
        let longest = min(500, 10 << min(failures, 6))
        return .milliseconds(Int.random(in: longest / 2...longest))
    }
}
