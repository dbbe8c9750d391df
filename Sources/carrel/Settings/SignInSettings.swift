import Identity
import SharedState

/// The OpenID provider, and what OAuth clients get.
struct SignInSettings: Sendable {
    let provider: ProviderSettings?
    let accessTokenLifetime: Duration
    let trustedClientHosts: Set<String>
    /// PEM file of authorities trusted for outbound requests in addition to the system's.
    let authorityFile: String?
    let registrationLimit: RateLimit

    init(reading reader: inout SettingsReader) {
        self.provider = ProviderSettings(reading: &reader)
        self.accessTokenLifetime = reader.duration(
            "ACCESS_TOKEN_TTL",
            default: "24h",
            atLeast: .seconds(1),
            atMost: .seconds(30 * 86400)
        )
        self.trustedClientHosts = Set(reader.list("TRUSTED_CLIENT_HOSTS").map { $0.lowercased() })
        let file = reader.optionalText("OUTBOUND_CA_FILE")
        self.authorityFile = file
        self.registrationLimit = reader.rate("REGISTRATION_LIMIT", default: "100/h")
        reader.check("OUTBOUND_CA_FILE") { try OutboundHTTP(authorityFile: file).check() }
    }
}
