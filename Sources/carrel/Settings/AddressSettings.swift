import HTTPServer
import SharedState

/// The limit per client address, and the proxies that forward addresses.
struct AddressSettings: Sendable {
    let failureLimit: RateLimit
    let trustedProxies: TrustedProxies

    init(reading reader: inout SettingsReader) {
        self.failureLimit = reader.rate("AUTH_FAILURE_LIMIT", default: "60/min")
        self.trustedProxies = reader.value(
            "TRUSTED_PROXIES",
            default: "",
            expected: "addresses or ranges such as 10.0.0.0/8, fd00::/8 or 127.0.0.1"
        ) { TrustedProxies(SettingsReader.elements(of: $0)) }
    }
}
