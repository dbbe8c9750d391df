/// This server's registration at its OpenID provider, under the names that Hugging Face gives a Space.
struct ProviderSettings: Sendable {
    let issuer: String
    let clientID: String
    let clientSecret: String?
    let scopes: String

    /// `nil` if no provider is configured, or if its settings are invalid.
    init?(reading reader: inout SettingsReader) {
        let url = reader.optionalText("OPENID_PROVIDER_URL")
        let clientID = reader.optionalText("OAUTH_CLIENT_ID")
        self.clientSecret = reader.optionalText("OAUTH_CLIENT_SECRET", isSecret: true)
        self.scopes = reader.text("OAUTH_SCOPES", default: "openid profile")
        guard (url == nil) == (clientID == nil) else {
            reader.reject(
                "OPENID_PROVIDER_URL and OAUTH_CLIENT_ID go together: set both to enable sign-in, or neither."
            )
            return nil
        }
        guard let url, let clientID else { return nil }
        self.clientID = clientID
        do {
            self.issuer = try IssuerURL.check(url)
        } catch {
            reader.reject("OPENID_PROVIDER_URL is '\(url)', but \(error).")
            return nil
        }
    }
}
