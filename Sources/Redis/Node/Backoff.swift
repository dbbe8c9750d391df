enum Backoff {
    /// Exponential backoff with jitter, at most half a second.
    static func delay(after failures: Int) -> Duration {
        let longest = min(500, 10 << min(failures, 6))
        return .milliseconds(Int.random(in: longest / 2...longest))
    }
}
