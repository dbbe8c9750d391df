import Configuration
import SharedState
import Testing

@testable import carrel

struct SettingsTests {
    private static let secret = "0123456789abcdef0123456789ABCDEF-x"

    private func read(
        _ environment: [String: String],
        file: [String: String] = [:]
    ) -> (settings: Settings?, problems: [String]) {
        var reader = SettingsReader(
            environment: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment)),
            file: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: file))
        )
        let settings = Settings(reading: &reader)
        return (reader.problems.isEmpty ? settings : nil, reader.problems)
    }

    @Test func localModeNeedsNoSettings() throws {
        let (settings, problems) = self.read([:])
        let local = try #require(settings)
        #expect(problems.isEmpty)
        #expect(local.mode == .local)
        #expect(local.listener.host == "127.0.0.1")
        #expect(local.listener.port == 7860)
        #expect("\(local.listener.publicURL)" == "http://localhost:7860")
        #expect(local.redis == nil)
        #expect(local.paths.data == "data")
        #expect(local.metrics.port == nil)
        #expect(local.limits.rates == RateLimits())
        #expect(local.notes.openIndexes == 256)
    }

    @Test func aSpaceUsesTheInjectedProvider() throws {
        let (settings, problems) = self.read([
            "SPACE_ID": "me/notes", "SPACE_HOST": "me-notes.hf.space", "JWT_SECRET_KEY": Self.secret,
            "REDIS_URL": "redis://redis", "OPENID_PROVIDER_URL": "https://huggingface.co", "OAUTH_CLIENT_ID": "id",
            "OAUTH_CLIENT_SECRET": "secret", "OAUTH_SCOPES": "openid profile email",
        ])
        let space = try #require(settings)
        #expect(problems.isEmpty)
        #expect("\(space.listener.publicURL)" == "https://me-notes.hf.space")
        #expect(space.signIn.provider?.issuer == "https://huggingface.co")
        #expect(space.signIn.provider?.clientSecret == "secret")
        #expect(space.signIn.provider?.scopes == "openid profile email")
        #expect(space.values.first { $0.name == "OAUTH_CLIENT_SECRET" }?.isSecret == true)
    }

    @Test(arguments: [
        ["OPENID_PROVIDER_URL": "https://op.example"], ["OAUTH_CLIENT_ID": "id"],
        ["OPENID_PROVIDER_URL": "http://op.example", "OAUTH_CLIENT_ID": "id"],
        ["OPENID_PROVIDER_URL": "op.example", "OAUTH_CLIENT_ID": "id"],
        ["OUTBOUND_CA_FILE": "/nowhere/ca.pem"], ["ACCESS_TOKEN_TTL": "0"], ["REGISTRATION_LIMIT": "many"],
        ["REQUEST_TIMEOUT": "0"], ["MAX_CONNECTIONS": "0"],
    ])
    func invalidSignInSettingsAreReported(environment: [String: String]) {
        let (settings, problems) = self.read(environment)
        #expect(settings == nil)
        #expect(problems.count == 1)
    }

    @Test func aProviderMayHaveAPathOrALoopbackHost() throws {
        for (url, issuer) in [
            ("https://op.example/realms/a/", "https://op.example/realms/a"),
            ("http://127.0.0.1:9/", "http://127.0.0.1:9"),
        ] {
            let (settings, _) = self.read(["OPENID_PROVIDER_URL": url, "OAUTH_CLIENT_ID": "id"])
            let provider = try #require(settings?.signIn.provider)
            #expect(provider.issuer == issuer)
            #expect(provider.clientSecret == nil)
        }
    }

    @Test func allProblemsAreReportedTogether() {
        let (settings, problems) = self.read([
            "MODE": "cloud", "JWT_TTL": "soon", "MCP_PORT": "99999", "PUBLIC_URL": "http://example.com",
            "REDIS_URL": "mysql://x", "RATE_LIMIT": "many", "LOG_LEVEL": "loud", "MAX_NOTE_SIZE": "2MiB",
            "JOURNAL_MODE": "memory", "JWT_SECRET_KEY": "short", "MCP_TRANSPORT": "carrier-pigeon",
        ])
        #expect(settings == nil)
        let names = problems.map { $0.prefix { $0 != " " } }
        #expect(
            names.sorted() == [
                "JOURNAL_MODE", "JWT_SECRET_KEY", "JWT_TTL", "LOG_LEVEL", "MAX_NOTE_SIZE", "MCP_PORT", "MCP_TRANSPORT",
                "MODE", "PUBLIC_URL", "RATE_LIMIT", "REDIS_URL",
            ]
        )
    }

    @Test func spaceModeRequiresASecretAndRedis() {
        let (settings, problems) = self.read(["MODE": "space"])
        #expect(settings == nil)
        #expect(problems.contains { $0.hasPrefix("JWT_SECRET_KEY is required") })
        #expect(problems.contains { $0.hasPrefix("REDIS_URL is required") })
    }

    @Test func aSpaceIsDetectedByItsVariables() throws {
        let (settings, problems) = self.read([
            "SPACE_ID": "alice/notes", "SPACE_HOST": "alice-notes.hf.space", "JWT_SECRET_KEY": Self.secret,
            "REDIS_URL": "redis://localhost",
        ])
        #expect(problems.isEmpty)
        let space = try #require(settings)
        #expect(space.mode == .space)
        #expect(space.listener.host == "0.0.0.0")
        #expect("\(space.listener.publicURL)" == "https://alice-notes.hf.space")
        #expect(space.connections.drainDelay == .seconds(5))
        #expect(space.metrics.port == 9090)
    }

    @Test(arguments: [
        "changeme-changeme-changeme-changeme", "<your-production-secret-key>",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "local-0123456789abcdef0123456789abcdef",
    ])
    func spaceModeRefusesWeakSecrets(secret: String) {
        let (settings, problems) = self.read([
            "MODE": "space", "JWT_SECRET_KEY": secret, "REDIS_URL": "redis://localhost",
        ])
        #expect(settings == nil)
        #expect(problems.count == 1)
        #expect(problems.first?.contains(secret) == false)
    }

    @Test func theEnvironmentOverridesTheFile() throws {
        let (settings, _) = self.read(["MCP_PORT": "1111"], file: ["MCP_PORT": "2222", "MCP_HOST": "::1"])
        let read = try #require(settings)
        #expect(read.listener.port == 1111)
        #expect(read.listener.host == "::1")
        let sources = Dictionary(uniqueKeysWithValues: read.values.map { ($0.name, $0.source) })
        #expect(sources["MCP_PORT"] == .environment)
        #expect(sources["MCP_HOST"] == .file)
        #expect(sources["MODE"] == .standard)
    }

    @Test func aDatabaseFileNamesItsFolder() throws {
        let (settings, _) = self.read(["VAULT_BASE_PATH": "/app/data/vaults/", "DATABASE_PATH": "/app/data/index.db"])
        let read = try #require(settings)
        #expect(read.paths.vaults == "/app/data/vaults")
        #expect(read.paths.index == "/app/data/index")
        #expect(read.paths.data == "/app/data")
    }

    @Test func theIndexMustNotBeInsideTheVaults() {
        let (settings, problems) = self.read(["VAULT_BASE_PATH": "/data", "DATABASE_PATH": "/data/index"])
        #expect(settings == nil)
        #expect(problems == ["DATABASE_PATH must not be inside VAULT_BASE_PATH."])
    }

    @Test func anEmptyVariableCountsAsNotSet() throws {
        let (settings, problems) = self.read(["JWT_SECRET_KEY": "", "REDIS_URL": "", "MCP_PORT": ""])
        #expect(problems.isEmpty)
        #expect(settings?.listener.port == 7860)
    }
}
