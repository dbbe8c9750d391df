import Identity

/// The `WWW-Authenticate` header, with the URL of the resource metadata (RFC 6750, RFC 9728 section 5.1).
package struct Challenge: Sendable {
    private let metadata: String
    private let scope: String

    /// Without metadata.
    static let plain = Challenge(metadata: #"realm="carrel""#, scope: "")

    private init(metadata: String, scope: String) {
        self.metadata = metadata
        self.scope = scope
    }

    package init(_ publicURL: PublicURL) {
        self.metadata = #"resource_metadata="\#(publicURL)/.well-known/oauth-protected-resource/mcp""#
        self.scope = #", scope="\#(ScopeSet.all.description)""#
    }

    /// For a request without a token.
    var text: String { "Bearer \(self.metadata)\(self.scope)" }

    /// For an invalid token, or one without the needed scope.
    ///
    /// - Parameter scope: the scopes to request where the token lacks one.
    package func text(error: String, _ description: String, scope: String? = nil) -> String {
        let plain = description.replacing("\"", with: "'").replacing("\\", with: "/")
        let needed = scope.map { #", scope="\#($0)""# } ?? self.scope
        return #"Bearer \#(self.metadata)\#(needed), error="\#(error)", error_description="\#(plain)""#
    }
}
