import ArgumentParser
import Identity
import Vault

/// `carrel welcome`: writes welcome notes into an empty vault.
struct Welcome: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write welcome notes into a user's vault if it is empty."
    )

    @Option(help: "The user's id.")
    var user: String

    func run() async throws {
        let settings = try await Command.settings()
        try await Command.reporting {
            let user = try UserID(self.user)
            let count = try await Command.withVaults(settings) { vaults in
                try await WelcomeVault.fill(try vaults.vault(of: user.value))
            }
            print(count == 0 ? "The vault of \(user) has notes already." : "Wrote \(count) notes for \(user).")
        }
    }
}
