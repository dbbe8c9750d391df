import HTTPServer
import Identity
import Redis
import SharedState

extension Settings {
    static func secrets(_ reader: inout SettingsReader, isSpace: Bool) -> (current: String?, previous: String?) {
        let current = Self.secret(&reader, "JWT_SECRET_KEY", isSpace: isSpace)
        if isSpace, current == nil {
            reader.reject("JWT_SECRET_KEY is required; make one with: \(SecretPolicy.command)")
        }
        return (current, Self.secret(&reader, "JWT_SECRET_KEY_PREVIOUS", isSpace: isSpace))
    }

    private static func secret(_ reader: inout SettingsReader, _ name: String, isSpace: Bool) -> String? {
        let text = reader.text(name, isSecret: true)
        guard !text.isEmpty else { return nil }
        do {
            _ = try SigningKey(secret: text)
            guard isSpace else { return text }
            try SecretPolicy.check(text)
            if LocalSecret.isGenerated(text) {
                reader.reject(
                    "\(name) is the secret that MODE=local made; production needs its own: \(SecretPolicy.command)"
                )
            }
        } catch let error as IdentityError {
            reader.reject("\(name) cannot be used: \(error.message)")
        } catch {
            reader.reject("\(name) cannot be used: \(error)")
        }
        return text
    }

    static func paths(_ reader: inout SettingsReader) -> (vaults: String, index: String) {
        let vaults = Self.withoutSlash(reader.text("VAULT_BASE_PATH", standard: "data/vaults"))
        var index = Self.withoutSlash(reader.text("DATABASE_PATH", standard: "data/index"))
        // The deployment guide names one database file; here it names the folder of one file a user.
        if index.hasSuffix(".db") { index = String(index.dropLast(3)) }
        if index == vaults || index.hasPrefix(vaults + "/") {
            reader.reject("DATABASE_PATH must not lie within VAULT_BASE_PATH.")
        }
        return (vaults, index)
    }

    private static func withoutSlash(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    static func duration(
        _ reader: inout SettingsReader,
        _ name: String,
        _ standard: String,
        atLeast minimum: Duration
    ) -> Duration? {
        reader.value(name, standard: standard, expected: "a time such as 30s, 10m, 24h or 7d") { text in
            Quantities.duration(text).flatMap { $0 >= minimum ? $0 : nil }
        }
    }

    static func rate(_ reader: inout SettingsReader, _ name: String, _ standard: String) -> RateLimit? {
        reader.value(name, standard: standard, expected: "a rate such as 600/min, 10/s or 1000/h, or 0 for none") {
            Quantities.rate($0)
        }
    }

    static func proxies(_ reader: inout SettingsReader) -> TrustedProxies? {
        let texts = reader.list("TRUSTED_PROXIES")
        if let proxies = TrustedProxies(texts) { return proxies }
        reader.reject("TRUSTED_PROXIES must be addresses or ranges such as 10.0.0.0/8, fd00::/8 or 127.0.0.1.")
        return nil
    }

    static func port(_ reader: inout SettingsReader, _ name: String, _ standard: String) -> Int? {
        reader.value(name, standard: standard, expected: "a port from 1 to 65535") { text in
            Int(text).flatMap { (1...65535).contains($0) ? $0 : nil }
        }
    }

    static func metricsPort(_ reader: inout SettingsReader, isSpace: Bool) -> Int?? {
        reader.value(
            "METRICS_PORT",
            standard: isSpace ? "9090" : "off",
            expected: "a port from 1 to 65535, or off"
        ) { text -> Int?? in
            if text == "off" || text == "0" { return .some(nil) }
            return Int(text).flatMap { (1...65535).contains($0) ? .some($0) : nil }
        }
    }

    static func publicURL(_ reader: inout SettingsReader, isSpace: Bool, port: Int) -> PublicURL? {
        let spaceHost = reader.text("SPACE_HOST")
        let standard = spaceHost.isEmpty ? "http://localhost:\(port)" : "https://\(spaceHost)"
        let text = reader.text("PUBLIC_URL", standard: standard)
        do {
            return try PublicURL(text)
        } catch {
            reader.reject("PUBLIC_URL is '\(text)', but \(error).")
            return nil
        }
    }

    static func redis(
        _ reader: inout SettingsReader,
        isSpace: Bool
    ) -> (configuration: RedisConfiguration?, prefix: String) {
        let url = reader.text("REDIS_URL", isSecret: true)
        let prefix = reader.text("REDIS_PREFIX", standard: "carrel:")
        let connect = Self.duration(&reader, "REDIS_CONNECT_TIMEOUT", "1s", atLeast: .milliseconds(1))
        let command = Self.duration(&reader, "REDIS_COMMAND_TIMEOUT", "2s", atLeast: .milliseconds(1))
        let tls = RedisTLS(
            authorityFile: Self.file(&reader, "REDIS_CA_FILE"),
            certificateFile: Self.file(&reader, "REDIS_CERT_FILE"),
            keyFile: Self.file(&reader, "REDIS_KEY_FILE"),
            serverName: Self.file(&reader, "REDIS_SERVER_NAME")
        )
        if prefix.contains(where: { "{}".contains($0) }) {
            reader.reject("REDIS_PREFIX must not contain braces: they choose the slot in a cluster.")
        }
        guard !url.isEmpty else {
            if isSpace {
                reader.reject("REDIS_URL is required in MODE=space: workers share sessions and limits there.")
            }
            return (nil, prefix)
        }
        do {
            var configuration = try RedisConfiguration(url: url)
            if let connect { configuration.connectTimeout = connect }
            if let command { configuration.commandTimeout = command }
            if configuration.tls != nil {
                configuration.tls = tls
                try tls.validate()
            } else if tls != RedisTLS() {
                reader.reject("REDIS_CA_FILE and the like are for a REDIS_URL that begins with rediss.")
            }
            return (configuration, prefix)
        } catch {
            reader.reject("REDIS_URL cannot be used: \(error.message)")
            return (nil, prefix)
        }
    }

    private static func file(_ reader: inout SettingsReader, _ name: String) -> String? {
        let text = reader.text(name)
        return text.isEmpty ? nil : text
    }
}
