import Accounts
import ArgumentParser
import Encodings
import Identity
import MCPCore
import SharedState
import Vault

/// `carrel token`: creates, lists, verifies and revokes tokens.
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, list, check and revoke tokens.",
        subcommands: [Create.self, List.self, Verify.self, Revoke.self]
    )

    /// `carrel token create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token for a user; it is all that is printed.")

        @Option(help: "The user's id.")
        var user: String

        @Option(help: "How long it is good, such as 30m, 12h or 7d. Default: JWT_TTL.")
        var ttl: String?

        @Option(help: "What the user sees in the list of tokens.")
        var name = "made by the operator"

        @Option(help: "Scopes, separated by spaces. Default: all.")
        var scope: String?

        @Option(help: "A folder that the token is held to; may be given several times. Default: the whole vault.")
        var folder: [String] = []

        func run() async throws {
            let settings = try await Command.settings()
            var lifetime = settings.tokens.lifetime
            if let ttl = self.ttl {
                guard let duration = Quantities.duration(ttl), duration > .zero else {
                    throw ValidationError("--ttl must be a time such as 30m, 12h or 7d.")
                }
                lifetime = duration
            }
            do {
                let request = TokenRequest(
                    user: try UserID(self.user),
                    name: self.name,
                    scopes: try self.scope.map { try Self.scopes($0) } ?? .all,
                    folders: self.folder.isEmpty ? nil : try Vault.folders(self.folder),
                    lifetime: lifetime
                )
                let new = try await Command.withAccounts(settings, needsRedis: false) { accounts in
                    let new = try await accounts.tokens.sign(request)
                    do {
                        try await accounts.tokens.list(new, of: request.user, from: .commandLine)
                    } catch let error as SharedStateError {
                        _ = Command.failure("the token is good, but it is not listed: \(error.message)")
                    }
                    return new
                }
                print(new.token.token)
            } catch let error as VaultError {
                throw ValidationError("--folder names no folder: \(error.message).")
            } catch let error as IdentityError {
                throw Command.failure(error.message)
            }
        }

        private static func scopes(_ text: String) throws -> ScopeSet {
            let known = ScopeSet.all.names
            for name in text.split(separator: " ") where !known.contains(String(name)) {
                throw ValidationError("'\(name)' is no scope. Known: \(known.sorted().joined(separator: ", ")).")
            }
            return ScopeSet(text)
        }
    }

    /// `carrel token verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a token's signature and claims; a refused one exits with 1."
        )

        @Argument(help: "The token, or - to read it from standard input.")
        var token: String

        func run() async throws {
            let settings = try await Command.settings()
            try await Command.reporting {
                let principal = try settings.verifier(try settings.keys()).verify(try Command.token(self.token))
                var claims: JSONObject = [
                    "user": .string(principal.user.value), "token_id": .string(principal.tokenID),
                    "scope": .string(principal.scopes.description), "expires_at": .integer(principal.expiresAt),
                ]
                claims["issued_at"] = principal.issuedAt.map { .integer($0) }
                var writer = JSONWriter()
                writer.value(.object(claims))
                print(String(decoding: writer.bytes, as: UTF8.self))
            }
        }
    }
}
