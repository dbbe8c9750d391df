import Redis

/// How to reach Redis, and the prefix of its keys.
struct RedisSettings: Sendable {
    let configuration: RedisConfiguration
    let prefix: String

    /// `nil` without REDIS_URL or with an invalid one.
    init?(reading reader: inout SettingsReader, mode: Mode) {
        let url = reader.optionalText("REDIS_URL", isSecret: true)
        self.prefix = reader.value("REDIS_PREFIX", default: "carrel:") { prefix in
            guard !prefix.contains(where: { "{}".contains($0) }) else {
                throw SettingProblem("must not contain braces: they select the slot in a Cluster")
            }
            return prefix
        }
        let connectTimeout = reader.duration("REDIS_CONNECT_TIMEOUT", default: "1s", atLeast: .milliseconds(1))
        let commandTimeout = reader.duration("REDIS_COMMAND_TIMEOUT", default: "2s", atLeast: .milliseconds(1))
        let tls = RedisTLS(
            authorityFile: reader.optionalText("REDIS_CA_FILE"),
            certificateFile: reader.optionalText("REDIS_CERT_FILE"),
            keyFile: reader.optionalText("REDIS_KEY_FILE"),
            serverName: reader.optionalText("REDIS_SERVER_NAME")
        )
        guard let url else {
            if mode == .space {
                reader.reject("REDIS_URL is required in MODE=space: workers share sessions and limits there.")
            }
            return nil
        }
        guard var configuration = reader.check("REDIS_URL", { try RedisConfiguration(url: url) }) else { return nil }
        configuration.connectTimeout = connectTimeout
        configuration.commandTimeout = commandTimeout
        if configuration.tls != nil { configuration.tls = tls }
        self.configuration = configuration
        Self.check(tls, isUsed: configuration.tls != nil, &reader)
    }

    private static func check(_ tls: RedisTLS, isUsed: Bool, _ reader: inout SettingsReader) {
        if isUsed {
            reader.check("REDIS_CA_FILE, REDIS_CERT_FILE or REDIS_KEY_FILE") { try tls.validate() }
        } else if tls != RedisTLS() {
            reader.reject(
                "REDIS_CA_FILE, REDIS_CERT_FILE, REDIS_KEY_FILE and REDIS_SERVER_NAME need a REDIS_URL that begins with "
                    + "rediss."
            )
        }
    }
}
