import ArgumentParser
import Foundation
import Vault

/// `carrel backup`: copies all vaults and the journal of revocations.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy all vaults and the revocations into a folder, while workers serve.",
        discussion: """
            Each vault is copied while writes to it wait, and is on disk when its line is printed. The indexes are left \
            out: they are built anew from the notes. To restore, put the folder 'vaults' at VAULT_BASE_PATH and the file \
            'revocations' beside it. Redis has files of its own to back up; do that first.
            """
    )

    @Option(help: "The folder to copy to; it is made, and must be empty.")
    var output: String

    func run() async throws {
        let settings = try await Command.settings()
        let files = FileManager.default
        try Command.checkApart(self.output, option: "--output", from: settings)
        guard try !files.fileExists(atPath: self.output) || files.contentsOfDirectory(atPath: self.output).isEmpty
        else {
            throw Command.failure("The folder '\(self.output)' is not empty; nothing was copied.")
        }
        try await Command.reporting {
            let (users, count, failed) = try await Command.withVaults(settings) { try await self.copy($0) }
            let revocations = "\(settings.paths.data)/revocations"
            try files.createDirectory(atPath: self.output, withIntermediateDirectories: true)
            if files.fileExists(atPath: revocations) {
                try files.copyItem(atPath: revocations, toPath: "\(self.output)/revocations")
            }
            print("Copied \(count) files of \(users - failed.count) users to \(self.output).")
            guard failed.isEmpty else {
                throw Command.failure(
                    "The vaults of \(failed.map(\.id).joined(separator: ", ")) were not copied whole."
                )
            }
        }
    }

    private func copy(_ vaults: VaultStore) async throws -> (users: Int, files: Int, failed: [UserFolder]) {
        let users = try await vaults.users()
        var count = 0
        var failed: [UserFolder] = []
        for (number, user) in users.enumerated() {
            do {
                let copied = try await vaults.backUp(user, below: "\(self.output)/vaults")
                count += copied
                print("\(number + 1) of \(users.count): \(user), \(copied) files")
            } catch let error as VaultError {
                // One failure must not leave other users without a backup.
                failed.append(user)
                print("\(number + 1) of \(users.count): \(user) FAILED: \(error)")
            }
        }
        return (users.count, count, failed)
    }
}
