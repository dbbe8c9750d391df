import SharedState

extension SettingsReader {
    /// - Parameter longest: `nil` for no maximum.
    mutating func duration(
        _ name: String,
        default standard: String,
        atLeast shortest: Duration,
        atMost longest: Duration? = nil
    ) -> Duration {
        let maximum = longest.map { ", at most \($0.components.seconds / 86400)d" } ?? ""
        return self.value(name, default: standard, expected: "a time such as 30s, 10m, 24h or 7d\(maximum)") { text in
            Quantities.duration(text).flatMap { $0 >= shortest && $0 <= longest ?? $0 ? $0 : nil }
        }
    }

    mutating func rate(_ name: String, default standard: String) -> RateLimit {
        self.value(name, default: standard, expected: "a rate such as 600/min, 10/s or 1000/h, or 0 for none") {
            Quantities.rate($0)
        }
    }

    mutating func port(_ name: String, default standard: String) -> Int {
        self.value(name, default: standard, expected: "a port from 1 to 65535") { Self.port($0) }
    }

    static func port(_ text: String) -> Int? {
        Int(text).flatMap { (1...65535).contains($0) ? $0 : nil }
    }

    mutating func list(_ name: String) -> [String] {
        Self.elements(of: self.text(name))
    }

    /// The elements of a list, separated by commas or spaces.
    static func elements(of text: String) -> [String] {
        text.split { $0 == "," || $0 == " " }.map(String.init)
    }
}
