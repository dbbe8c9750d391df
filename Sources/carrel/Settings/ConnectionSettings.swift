/// Limits of client connections, and the time to drain them.
struct ConnectionSettings: Sendable {
    let requestTimeout: Duration
    let maxConnections: Int
    /// 0 is no limit.
    let maxConnectionsPerAddress: Int
    let drainDelay: Duration

    init(reading reader: inout SettingsReader, mode: Mode) {
        self.requestTimeout = reader.duration("REQUEST_TIMEOUT", default: "60s", atLeast: .milliseconds(1))
        self.maxConnections = reader.value("MAX_CONNECTIONS", default: "10000", expected: "a number from 1 on") {
            Int($0).flatMap { $0 > 0 ? $0 : nil }
        }
        self.maxConnectionsPerAddress = reader.value(
            "MAX_CONNECTIONS_PER_ADDRESS",
            default: mode == .space ? "100" : "0",
            expected: "a number, or 0 for no limit"
        ) { Int($0).flatMap { $0 >= 0 ? $0 : nil } }
        self.drainDelay = reader.duration("DRAIN_DELAY", default: mode == .space ? "5s" : "0", atLeast: .zero)
    }
}
