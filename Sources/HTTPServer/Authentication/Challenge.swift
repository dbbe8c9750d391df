import Identity

/// The `WWW-Authenticate` header, which tells clients where to find out how to sign in (RFC 6750, RFC 9728 section 5.1).
package struct Challenge: Sendable {
    private let metadata: String
    private let scope: String

    /// One that says nothing of that.
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

    /// For a token that is not good, or not good enough.
    ///
    /// - Parameter scope: all that is needed, where that is what is missing.
    package func text(error: String, _ description: String, scope: String? = nil) -> String {
        let plain = description.replacing("\"", with: "'").replacing("\\", with: "/")
        let needed = scope.map { #", scope="\#($0)""# } ?? self.scope
        return #"Bearer \#(self.metadata)\#(needed), error="\#(error)", error_description="\#(plain)""#
    }
}
