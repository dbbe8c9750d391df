import Configuration
import SharedState
import Testing

@testable import carrel

struct InvalidSettingsTests {
    struct Invalid: CustomTestStringConvertible {
        let name: String
        let value: String
        /// What the error tells the operator to do.
        let advice: String
        var others: [String: String] = [:]

        var testDescription: String { "\(self.name)=\(self.value)" }
    }

    private static let duration = "must be a time such as 30s"
    private static let rate = "must be a rate such as 600/min"
    private static let port = "must be a port from 1 to 65535"
    private static let encrypted = ["REDIS_URL": "rediss://localhost"]
    private static let provider = ["OPENID_PROVIDER_URL": "https://op.example", "OAUTH_CLIENT_ID": "id"]

    static let invalid = [
        Invalid(name: "MODE", value: "cloud", advice: "must be local or space"),
        Invalid(name: "JWT_SECRET_KEY", value: "short", advice: "openssl rand"),
        Invalid(name: "JWT_SECRET_KEY_PREVIOUS", value: "short", advice: "openssl rand"),
        Invalid(name: "JWT_TTL", value: "soon", advice: Self.duration),
        Invalid(name: "DATABASE_PATH", value: "data/vaults/index", advice: "must not be inside VAULT_BASE_PATH"),
        Invalid(name: "VOLUME", value: "nfs", advice: "must be auto, local or shared"),
        Invalid(name: "VOLUME", value: "shared", advice: "needs REDIS_URL"),
        Invalid(name: "MCP_TRANSPORT", value: "stdio", advice: "must be http"),
        Invalid(name: "MCP_PORT", value: "99999", advice: Self.port),
        Invalid(name: "SPACE_HOST", value: "a b", advice: "it must be a scheme, a host"),
        Invalid(name: "PUBLIC_URL", value: "http://example.com", advice: "use https"),
        Invalid(name: "REDIS_URL", value: "mysql://x", advice: "its scheme must be redis"),
        Invalid(name: "REDIS_PREFIX", value: "{a}:", advice: "must not contain braces"),
        Invalid(name: "REDIS_CONNECT_TIMEOUT", value: "0", advice: Self.duration),
        Invalid(name: "REDIS_COMMAND_TIMEOUT", value: "2", advice: Self.duration),
        Invalid(name: "REDIS_CA_FILE", value: "/missing.pem", advice: "cannot be read as PEM", others: Self.encrypted),
        Invalid(name: "REDIS_CERT_FILE", value: "/missing.pem", advice: "Set both", others: Self.encrypted),
        Invalid(name: "REDIS_KEY_FILE", value: "/missing.pem", advice: "Set both", others: Self.encrypted),
        Invalid(
            name: "REDIS_SERVER_NAME",
            value: "redis",
            advice: "need a REDIS_URL that begins with rediss",
            others: ["REDIS_URL": "redis://localhost"]
        ),
        Invalid(name: "SESSION_IDLE_TIMEOUT", value: "0", advice: Self.duration),
        Invalid(name: "SESSION_LIFETIME", value: "-1d", advice: Self.duration),
        Invalid(name: "RATE_LIMIT", value: "many", advice: Self.rate),
        Invalid(name: "RATE_LIMIT_WRITES", value: "10/week", advice: Self.rate),
        Invalid(name: "RATE_LIMIT_BYTES", value: "64MiB", advice: "must be a rate such as 64MiB/min"),
        Invalid(name: "AUTH_FAILURE_LIMIT", value: "60", advice: Self.rate),
        Invalid(name: "TRUSTED_PROXIES", value: "10.0.0.0/99", advice: "must be addresses or ranges such as"),
        Invalid(name: "LOG_LEVEL", value: "loud", advice: "must be one of trace, debug"),
        Invalid(name: "LOG_FORMAT", value: "xml", advice: "must be json or text"),
        Invalid(name: "METRICS_PORT", value: "0x10", advice: "\(Self.port), or off"),
        Invalid(name: "MAX_NOTE_SIZE", value: "2MiB", advice: "at most 1MiB"),
        Invalid(name: "MAX_NOTES", value: "0", advice: "must be a number from 1 to 10000000"),
        Invalid(name: "MAX_VAULT_SIZE", value: "1KiB", advice: "at least 1MiB"),
        Invalid(name: "MAX_ANSWER", value: "4KiB", advice: "from 32KiB to 1MiB"),
        Invalid(name: "OPEN_INDEXES", value: "0", advice: "must be a number from 1 to 100000"),
        Invalid(name: "JOURNAL_MODE", value: "memory", advice: "must be auto, wal or rollback"),
        Invalid(name: "OPENID_PROVIDER_URL", value: "https://op.example", advice: "set both"),
        Invalid(
            name: "OPENID_PROVIDER_URL",
            value: "op.example",
            advice: "must begin with https://",
            others: Self.provider
        ),
        Invalid(name: "OAUTH_CLIENT_ID", value: "id", advice: "set both"),
        Invalid(name: "ACCESS_TOKEN_TTL", value: "31d", advice: "\(Self.duration), 10m, 24h or 7d, at most 30d"),
        Invalid(name: "OUTBOUND_CA_FILE", value: "/missing.pem", advice: "/missing.pem"),
        Invalid(name: "REGISTRATION_LIMIT", value: "-1/h", advice: Self.rate),
        Invalid(name: "REQUEST_TIMEOUT", value: "0", advice: Self.duration),
        Invalid(name: "MAX_CONNECTIONS", value: "0", advice: "must be a number from 1 on"),
        Invalid(name: "MAX_CONNECTIONS_PER_ADDRESS", value: "-1", advice: "must be a number, or 0 for no limit"),
        Invalid(name: "DRAIN_DELAY", value: "5", advice: Self.duration),
    ]

    /// Any text is valid.
    private static let unchecked: Set<String> = [
        "SPACE_ID", "VAULT_BASE_PATH", "MCP_HOST", "METRICS_HOST", "ALLOWED_HOSTS", "ALLOWED_ORIGINS",
        "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "TRUSTED_CLIENT_HOSTS",
    ]

    private func reader(_ environment: [String: String]) -> SettingsReader {
        SettingsReader(
            environment: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment)),
            file: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: [:]))
        )
    }

    @Test(arguments: Self.invalid)
    func anInvalidValueIsReportedWithItsNameAndAdvice(invalid: Invalid) throws {
        var reader = self.reader(invalid.others.merging([invalid.name: invalid.value]) { $1 })
        _ = Settings(reading: &reader)
        let problem = try #require(reader.problems.first)
        #expect(reader.problems.count == 1)
        #expect(problem.contains(invalid.name))
        #expect(problem.contains(invalid.advice))
    }

    @Test func everySettingIsTestedWithAnInvalidValue() {
        var reader = self.reader([:])
        let names = Settings(reading: &reader).values.map(\.name)
        #expect(Set(names) == Set(Self.invalid.map(\.name)).union(Self.unchecked))
        #expect(Set(names).count == names.count)
    }

    @Test func invalidValuesAreReplacedByTheirDefaults() {
        var reader = self.reader(["MCP_PORT": "x", "RATE_LIMIT": "x", "MODE": "x", "TRUSTED_PROXIES": "x"])
        let settings = Settings(reading: &reader)
        #expect(reader.problems.count == 4)
        #expect(settings.listener.port == 7860)
        #expect("\(settings.listener.publicURL)" == "http://localhost:7860")
        #expect(settings.limits.rates.requests.count == 600)
        #expect(settings.mode == .local)
    }

    @Test func secretsAreNotInErrors() {
        var reader = self.reader([
            "JWT_SECRET_KEY": "hunter2", "JWT_SECRET_KEY_PREVIOUS": "hunter2", "REDIS_URL": "redis://:hunter2@h:x",
            "OAUTH_CLIENT_SECRET": "hunter2", "OAUTH_CLIENT_ID": "id",
        ])
        _ = Settings(reading: &reader)
        #expect(reader.problems.count == 4)
        #expect(!reader.problems.joined().contains("hunter2"))
    }
}
