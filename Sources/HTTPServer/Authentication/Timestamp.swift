import Foundation

/// Times as text, for people and logs.
enum Timestamp {
    /// ISO 8601 in UTC, of seconds since 1970.
    static func text(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
