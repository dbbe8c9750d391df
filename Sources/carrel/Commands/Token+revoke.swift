import ArgumentParser
import Identity
import SharedState

extension Token {
    /// `carrel token revoke`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a token, an app or all that a user has, on all workers, from the next request on.",
            usage: """
                carrel token revoke <token>
                carrel token revoke --user <user> --id <id>
                carrel token revoke --user <user> --all
                """
        )

        @Argument(help: "The token, or - to read it from standard input.")
        var token: String?

        @Option(help: "The user whose token is meant.")
        var user: String?

        @Option(
            help: """
                The id of a token or an app, as 'carrel token list' has it; in the audit trail 'revocation_id', or else \
                'token_id'.
                """
        )
        var id: String?

        @Flag(help: "The id is of a token that is listed nowhere, because Redis was away or has lost its list.")
        var unlisted = false

        @Flag(help: "All tokens made until now, all apps and all sessions of the user.")
        var all = false

        /// How long a token is refused of which nothing is known but its id: longer than one is made for.
        private static let longest: Int64 = 3650 * 86400

        func validate() throws {
            let isByToken = self.token != nil && self.user == nil && self.id == nil && !self.all
            let isByUser = self.token == nil && self.user != nil && (self.id != nil) != self.all
            guard isByToken || isByUser, !self.unlisted || self.id != nil else {
                throw ValidationError("Name a token, or --user with either --id or --all.")
            }
            if let id = self.id, !Self.isID(id) {
                throw ValidationError("--id is no id: ids are of letters, digits, '-' and '_', 64 at most.")
            }
        }

        func run() async throws {
            let settings = try await Command.settings()
            try await Command.reporting {
                if let token = self.token {
                    let principal = try settings.verifier(try settings.keys()).verify(try Command.token(token))
                    try await Self.revoke(
                        principal.revocationID,
                        of: principal.user,
                        settings,
                        upTo: principal.expiresAt,
                        mustBeKnown: false
                    )
                } else if let id = self.id {
                    let user = try UserID(self.user ?? "")
                    let end = Clocks.seconds() + Self.longest
                    try await Self.revoke(id, of: user, settings, upTo: end, mustBeKnown: !self.unlisted)
                } else {
                    try await Self.revokeAll(of: try UserID(self.user ?? ""), settings)
                }
            }
        }

        private static func isID(_ text: String) -> Bool {
            (1...64).contains(text.utf8.count)
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }

        /// - Parameters:
        ///   - second: when the token ends, unless more is known of it.
        ///   - mustBeKnown: whether a token that is listed nowhere is a mistake.
        private static func revoke(
            _ id: String,
            of user: UserID,
            _ settings: Settings,
            upTo second: Int64,
            mustBeKnown: Bool
        ) async throws {
            let kind = try await settings.withBackend(logger: Command.logger) { backend in
                if try await backend.ports.grants.grants(of: user).contains(where: { $0.id == id }) {
                    try await backend.ports.grants.revokeGrant(id, of: user, now: Clocks.seconds())
                    return "grant"
                }
                let known = try await backend.ports.tokens.tokens(of: user).first { $0.id == id }
                guard known != nil || !mustBeKnown else {
                    throw Command.failure(
                        "\(user) has no token and no app of the id \(id): see 'carrel token list --user \(user)'. "
                            + "Nothing was changed. Add --unlisted for a token that is not in that list."
                    )
                }
                try await backend.ports.revocations.revoke(id, of: user, expiresAt: max(second, known?.expiresAt ?? 0))
                _ = try await backend.ports.tokens.remove(id, of: user)
                return "token"
            }
            print("Revoked the \(kind) \(id) of \(user).")
        }

        private static func revokeAll(of user: UserID, _ settings: Settings) async throws {
            try await settings.withBackend(logger: Command.logger) { backend in
                // This alone makes everything useless; the rest tidies up.
                try await backend.ports.revocations.revokeAll(of: user, issuedUpTo: Clocks.seconds())
                for token in try await backend.ports.tokens.tokens(of: user) {
                    _ = try await backend.ports.tokens.remove(token.id, of: user)
                }
                for grant in try await backend.ports.grants.grants(of: user) {
                    try await backend.ports.grants.revokeGrant(grant.id, of: user, now: Clocks.seconds())
                }
                for session in try await backend.ports.sessions.sessions(of: user) {
                    _ = try await backend.ports.sessions.end(session.id, of: user)
                }
            }
            print("Revoked all tokens of \(user) that were made until now, and all apps; ended all sessions.")
        }
    }
}
