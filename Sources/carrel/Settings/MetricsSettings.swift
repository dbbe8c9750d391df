/// The listener of `/metrics` and of health checks.
struct MetricsSettings: Sendable {
    let host: String
    /// `nil` if metrics are off.
    let port: Int?

    /// The port where this machine reaches it over loopback; `nil` if metrics are off or elsewhere.
    var loopbackPort: Int? { ["127.0.0.1", "0.0.0.0", "localhost"].contains(self.host) ? self.port : nil }

    init(reading reader: inout SettingsReader, mode: Mode) {
        self.host = reader.text("METRICS_HOST", default: "127.0.0.1")
        self.port = reader.value("METRICS_PORT", default: mode == .space ? "9090" : "off") { text in
            if text == "off" || text == "0" { return nil }
            guard let port = SettingsReader.port(text) else {
                throw SettingProblem("must be a port from 1 to 65535, or off")
            }
            return port
        }
    }
}
