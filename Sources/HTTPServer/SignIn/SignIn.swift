public import Identity
public import Vault

/// How users sign in, and how their clients and forms are verified.
public struct SignIn: Sendable {
    let provider: OpenIDProvider?
    let documents: ClientDocuments
    let verifier: TokenVerifier
    let forms: SignedPayload
    let welcome: @Sendable (Vault) async throws -> Void

    /// - Parameters:
    ///   - provider: `nil` where there is none.
    ///   - documents: clients that are described by a document at their id.
    ///   - forms: signs the tickets in forms.
    ///   - welcome: fills the vault of a new user.
    public init(
        provider: OpenIDProvider?,
        documents: ClientDocuments,
        verifier: TokenVerifier,
        forms: SignedPayload,
        welcome: @escaping @Sendable (Vault) async throws -> Void
    ) {
        self.provider = provider
        self.documents = documents
        self.verifier = verifier
        self.forms = forms
        self.welcome = welcome
    }
}
