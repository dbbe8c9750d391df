import HTTPServer
import Identity
import SharedState

extension Settings {
    /// Whom users sign in with, and what OAuth clients are given.
    struct SignInSettings: Sendable {
        let provider: ProviderSettings?
        let accessTokenLifetime: Duration
        let trustedClientHosts: Set<String>
        let authorityFile: String?
        let registrationLimit: RateLimit
    }

    /// How this server is known to its OpenID provider, under the names that Hugging Face gives a Space.
    struct ProviderSettings: Sendable {
        let issuer: String
        let clientID: String
        let clientSecret: String?
        let scopes: String
    }

    static func signIn(_ reader: inout SettingsReader) -> SignInSettings? {
        let provider = Self.provider(&reader)
        let lifetime = Self.duration(&reader, "ACCESS_TOKEN_TTL", "24h", atLeast: .seconds(1))
        let hosts = Set(reader.list("TRUSTED_CLIENT_HOSTS").map { $0.lowercased() })
        let file = reader.text("OUTBOUND_CA_FILE")
        let registrations = Self.rate(&reader, "REGISTRATION_LIMIT", "100/h")
        do {
            try OutboundHTTP(authorityFile: file.isEmpty ? nil : file).check()
        } catch let error as IdentityError {
            reader.reject("OUTBOUND_CA_FILE cannot be used: \(error.message)")
        } catch {
            reader.reject("OUTBOUND_CA_FILE cannot be used: \(error)")
        }
        if let lifetime, lifetime > .seconds(30 * 86400) {
            reader.reject("ACCESS_TOKEN_TTL must not be longer than 30d: apps refresh their tokens.")
        }
        guard let lifetime, let registrations else { return nil }
        return SignInSettings(
            provider: provider,
            accessTokenLifetime: lifetime,
            trustedClientHosts: hosts,
            authorityFile: file.isEmpty ? nil : file,
            registrationLimit: registrations
        )
    }

    private static func provider(_ reader: inout SettingsReader) -> ProviderSettings? {
        let url = reader.text("OPENID_PROVIDER_URL")
        let id = reader.text("OAUTH_CLIENT_ID")
        let secret = reader.text("OAUTH_CLIENT_SECRET", isSecret: true)
        let scopes = reader.text("OAUTH_SCOPES", standard: "openid profile")
        guard !url.isEmpty || !id.isEmpty else { return nil }
        guard !url.isEmpty, !id.isEmpty else {
            reader.reject(
                "OPENID_PROVIDER_URL and OAUTH_CLIENT_ID go together: set both to let users sign in, or neither."
            )
            return nil
        }
        do {
            return ProviderSettings(
                issuer: try IssuerURL.check(url),
                clientID: id,
                clientSecret: secret.isEmpty ? nil : secret,
                scopes: scopes
            )
        } catch let error as PublicURLError {
            reader.reject("OPENID_PROVIDER_URL is '\(url)', but \(error).")
        } catch {
            reader.reject("OPENID_PROVIDER_URL is '\(url)': \(error)")
        }
        return nil
    }

    /// What signing in takes, made of the settings.
    func makeSignIn(_ keys: Keys) throws -> SignIn {
        let http = OutboundHTTP(authorityFile: self.signIn.authorityFile)
        let provider = self.signIn.provider.map { provider in
            OpenIDProvider(
                OpenIDProvider.Registration(
                    issuer: provider.issuer,
                    clientID: provider.clientID,
                    clientSecret: provider.clientSecret,
                    scopes: provider.scopes,
                    redirectURI: "\(self.publicURL)/auth/callback"
                ),
                http: http,
                now: Clocks.seconds
            )
        }
        return SignIn(
            provider: provider,
            documents: ClientDocuments(http: http, trustedHosts: self.signIn.trustedClientHosts),
            verifier: try self.verifier(keys),
            issuer: self.issuer(keys),
            forms: try Seal(current: keys.current, previous: keys.previous, purpose: "forms"),
            refreshTokens: try Seal(current: keys.current, previous: keys.previous, purpose: "refresh tokens"),
            tokenLifetime: self.tokenLifetime,
            accessTokenLifetime: self.signIn.accessTokenLifetime,
            welcome: { _ = try await WelcomeVault.fill($0) }
        )
    }
}
