import Accounts
import ArgumentParser
import Foundation
import Identity
import SharedState
import Vault

/// `carrel user`: exports, imports or deletes a user's data.
struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Export, import or delete what belongs to a user.",
        subcommands: [Export.self, Import.self, Delete.self]
    )

    /// `carrel user export`.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy a user's notes, and what else is known of the user, into a folder.",
            discussion: "Writes to the vault wait meanwhile. Tokens are listed by name only."
        )

        @Option(help: "The user's id.")
        var user: String

        @Option(help: "The folder to copy to; it is made, and must be empty.")
        var output: String

        func run() async throws {
            try await User.with(self.user) { user, settings in
                try Command.checkApart(self.output, option: "--output", from: settings)
                let count = try await Command.withVaults(settings) { [output] vaults in
                    try await vaults.export(user.value, to: "\(output)/vault")
                }
                print("Copied \(count) files of \(user) to \(self.output)/vault.")
                guard settings.redis != nil else { return }
                let account = try await Command.withAccounts(settings) { accounts in
                    try await accounts.summary(of: user).json()
                }
                let file = URL(fileURLWithPath: "\(self.output)/account.json")
                try FileManager.default.createDirectory(atPath: self.output, withIntermediateDirectories: true)
                try Data(account).write(to: file)
                print("Wrote \(file.path).")
            }
        }
    }

    /// `carrel user import`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fill a user's vault with the notes of a folder, such as an export.",
            discussion:
                "Workers may go on serving. Files are taken as they are, byte for byte; links are left out. A "
                + "vault that has notes already is replaced with --replace only, and what it had is kept."
        )

        @Option(help: "The user's id.")
        var user: String

        @Option(help: "The folder whose files become the vault, such as the folder 'vault' of an export.")
        var input: String

        @Flag(help: "Replace the notes that there are; they are kept in a folder beside the vaults.")
        var replace = false

        func run() async throws {
            try await User.with(self.user) { user, settings in
                try Command.checkApart(self.input, option: "--input", from: settings)
                let (done, notes) = try await Command.withVaults(settings) { [input, replace] vaults in
                    let done: VaultStore.Import
                    do {
                        done = try await vaults.importing(user.value, from: input, replacing: replace)
                    } catch let error as VaultError where error.code == .conflict {
                        throw Command.failure("\(error.message). Nothing was changed; add --replace to replace them.")
                    }
                    // Builds the index now rather than in the first request.
                    return (done, try await vaults.vault(of: user.value).noteCount())
                }
                print("The vault of \(user) has \(done.files) files now, \(notes) of them notes.")
                if let replaced = done.replaced {
                    print("What it had before is in \(replaced); delete that when you are sure.")
                }
            }
        }
    }

    /// `carrel user delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a user's notes, index, tokens, grants and sessions for good.",
            discussion: "Without --yes nothing is deleted: it only says what would be. Tokens of the user are refused "
                + "from then on; the user can sign in again and begins with an empty vault."
        )

        @Option(help: "The user's id.")
        var user: String

        @Flag(help: "Do it.")
        var yes = false

        func run() async throws {
            try await User.with(self.user) { user, settings in
                guard self.yes else {
                    return try await Command.withVaults(settings) { try await User.report(user, $0, settings) }
                }
                let deletion = try await Command.withVaults(settings) { vaults in
                    try await Command.withAccounts(settings, needsRedis: false) { accounts in
                        try await accounts.delete(user, vaults: vaults, from: .commandLine)
                    }
                }
                if settings.redis == nil {
                    print("All tokens of \(user) are refused once the worker has been started again.")
                } else {
                    print("Removed \(deletion.entries) keys of \(user) from Redis; all tokens of \(user) are refused.")
                }
                print(deletion.hadVault ? "Removed the vault and the index of \(user)." : "\(user) had no vault.")
            }
        }
    }

    private static func report(_ user: UserID, _ vaults: VaultStore, _ settings: Settings) async throws {
        let holdings = try await Command.withAccounts(settings, needsRedis: false) { accounts in
            try await accounts.holdings(of: user, vaults: vaults)
        }
        if let size = holdings.vault {
            print("Would remove the vault of \(user): \(size.notes) notes, \(size.bytes) bytes.")
        } else {
            print("\(user) has no vault.")
        }
        if settings.redis != nil {
            print("Would remove \(holdings.entries.count) keys from Redis and refuse all tokens of \(user):")
            for key in holdings.entries { print("  \(key)") }
        }
        print("Nothing was changed; add --yes to do it.")
    }

    private static func with(_ text: String, _ body: (UserID, Settings) async throws -> Void) async throws {
        let settings = try await Command.settings()
        try await Command.reporting {
            try await body(try UserID(text), settings)
        }
    }
}
