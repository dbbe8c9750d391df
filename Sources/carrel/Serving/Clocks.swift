import Foundation

/// The time of this machine.
enum Clocks {
    /// The time since 1970.
    @Sendable static func sinceEpoch() -> Duration {
        .microseconds(Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    /// Seconds since 1970.
    @Sendable static func seconds() -> Int64 {
        Int64(Date().timeIntervalSince1970)
    }
}
