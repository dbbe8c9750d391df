import Foundation

/// The system clock.
enum Clocks {
    @Sendable static func sinceEpoch() -> Duration {
        .microseconds(Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    @Sendable static func seconds() -> Int64 {
        Int64(Date().timeIntervalSince1970)
    }
}
