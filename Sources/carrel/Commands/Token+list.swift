import ArgumentParser
import Foundation
import Identity
import SharedState

extension Token {
    /// `carrel token list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a user's tokens and apps, by the ids that 'revoke --id' takes.",
            discussion: "Tokens themselves are kept nowhere."
        )

        @Option(help: "The user's id.")
        var user: String

        func run() async throws {
            let settings = try await Command.settings()
            try await Command.reporting {
                let user = try UserID(self.user)
                let (tokens, grants) = try await settings.withBackend(logger: Command.logger) { backend in
                    (try await backend.ports.tokens.tokens(of: user), try await backend.ports.grants.grants(of: user))
                }
                for token in tokens.sorted(by: { $0.created < $1.created }) {
                    let used = token.lastUsed.map { "last used \(Self.time($0))" } ?? "never used"
                    let made = "made \(Self.time(token.created)), ends \(Self.time(token.expiresAt))"
                    print("\(token.id)  \(made), \(used)  [\(token.scopes.joined(separator: " "))]  \(token.name)")
                }
                for grant in grants.sorted(by: { $0.created < $1.created }) {
                    print(
                        "\(grant.id)  app, allowed \(Self.time(grant.created))  [\(grant.scopes)]  \(grant.clientName)"
                    )
                }
                if tokens.isEmpty, grants.isEmpty { print("\(user) has no tokens and no apps.") }
            }
        }

        private static func time(_ seconds: Int64) -> String {
            Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        }
    }
}
