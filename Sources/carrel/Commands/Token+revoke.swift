import Accounts
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

        @Option(help: "The user of the token.")
        var user: String?

        @Option(
            help: """
                The id of a token or an app, as 'carrel token list' has it; in the audit trail 'revocation_id', or else \
                'token_id'.
                """
        )
        var id: String?

        @Flag(help: "The id is of a token that is listed nowhere, because Redis was unavailable or has lost its list.")
        var unlisted = false

        @Flag(help: "All tokens made until now, all apps and all sessions of the user.")
        var all = false

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
                    try await Self.revoke(principal, settings)
                } else if let id = self.id {
                    try await self.revoke(id, of: try UserID(self.user ?? ""), settings)
                } else {
                    try await Self.revokeEverything(of: try UserID(self.user ?? ""), settings)
                }
            }
        }

        private static func isID(_ text: String) -> Bool {
            (1...64).contains(text.utf8.count)
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }

        private static func revoke(_ principal: Principal, _ settings: Settings) async throws {
            try await Command.withAccounts(settings) { accounts in
                try await accounts.tokens.revoke(principal, reason: .operator, from: .commandLine)
            }
            Self.report(principal.grantID == nil ? .token : .grant, principal.revocationID, of: principal.user)
        }

        private func revoke(_ id: String, of user: UserID, _ settings: Settings) async throws {
            let isUnlisted = self.unlisted
            let kind = try await Command.withAccounts(settings) { accounts in
                if let kind = try await accounts.revoke(id, of: user, reason: .operator, from: .commandLine) {
                    return kind
                }
                guard isUnlisted else {
                    throw Command.failure(
                        "\(user) has no token and no app of the id \(id): see 'carrel token list --user \(user)'. "
                            + "Nothing was changed. Add --unlisted for a token that is not in that list."
                    )
                }
                try await accounts.tokens.revokeUnlisted(id, of: user, reason: .operator, from: .commandLine)
                return .token
            }
            Self.report(kind, id, of: user)
        }

        private static func report(_ kind: Credential, _ id: String, of user: UserID) {
            print("Revoked the \(kind.rawValue) \(id) of \(user).")
        }

        private static func revokeEverything(of user: UserID, _ settings: Settings) async throws {
            try await Command.withAccounts(settings) { accounts in
                try await accounts.revokeEverything(of: user, from: .commandLine)
            }
            print("Revoked all tokens of \(user) that were made until now, and all apps; ended all sessions.")
        }
    }
}
