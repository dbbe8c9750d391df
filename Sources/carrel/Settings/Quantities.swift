import SharedState

/// Parses durations, sizes and rates of settings.
enum Quantities {
    /// `500ms`, `30s`, `10m`, `24h`, `7d`, or `0`.
    static func duration(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...9).contains(digits.count), let count = Int64(digits) else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(count)
        case "s": return .seconds(count)
        case "m", "min": return .seconds(count * 60)
        case "h": return .seconds(count * 3600)
        case "d": return .seconds(count * 86400)
        default: return nil
        }
    }

    /// `1MiB`, `512KiB`, `2GiB`, or bytes.
    static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...12).contains(digits.count), let count = Int(digits) else { return nil }
        switch text.dropFirst(digits.count).lowercased() {
        case "", "b": return count
        case "kib", "k": return count << 10
        case "mib", "m": return count << 20
        case "gib", "g": return count << 30
        default: return nil
        }
    }

    /// `600/min`, `10/s`, `1000/h`, or `0` for no limit.
    static func rate(_ text: String) -> RateLimit? {
        self.rate(text, number: Int.init, atMost: 1_000_000_000)
    }

    /// `64MiB/min`, `1GiB/h`, or `0` for no limit.
    static func byteRate(_ text: String) -> RateLimit? {
        self.rate(text, number: self.bytes, atMost: 1 << 40)
    }

    private static func rate(_ text: String, number: (String) -> Int?, atMost most: Int) -> RateLimit? {
        if text == "0" { return RateLimit(0, per: .seconds(60)) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = number(String(parts[0])), (1...most).contains(count) else { return nil }
        switch parts[1] {
        case "s", "sec", "second": return RateLimit(count, per: .seconds(1))
        case "m", "min", "minute": return RateLimit(count, per: .seconds(60))
        case "h", "hour": return RateLimit(count, per: .seconds(3600))
        case "d", "day": return RateLimit(count, per: .seconds(86400))
        default: return nil
        }
    }
}
