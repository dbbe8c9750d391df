/// A setting as `carrel config` prints it.
struct SettingValue: Sendable {
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
