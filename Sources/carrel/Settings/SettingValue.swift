/// One setting as `carrel config` shows it.
struct SettingValue: Sendable {
    /// Where a value comes from.
    enum Source: String, Sendable {
        case environment
        case file = ".env"
        case standard = "default"
    }

    let name: String
    let value: String
    let standard: String
    let source: Source
    let isSecret: Bool
}
