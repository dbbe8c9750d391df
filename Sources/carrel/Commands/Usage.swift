import ArgumentParser
import Foundation
import Identity
import SharedState
import Vault

/// `carrel usage`: request counts of a day over all workers, and vault sizes.
struct Usage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what users have asked on a day, all workers together, and what their vaults hold.",
        discussion: "Days are kept for 35 days. Without --user all users of the day are listed, busiest first."
    )

    @Option(help: "The user's id. Default: all users of the day.")
    var user: String?

    @Option(help: "The day, such as 2026-01-31, in UTC. Default: today.")
    var day: String?

    func run() async throws {
        let day = self.day ?? UsageLedger.dayName(Clocks.seconds() / 86400)
        guard UsageLedger.isDayName(day) else { throw ValidationError("--day must be a day such as 2026-01-31.") }
        let settings = try await Command.settings()
        try await Command.reporting {
            let user = try self.user.map { try UserID($0) }
            let (rows, active) = try await Command.withVaults(settings) { vaults in
                try await settings.withBackend(logger: Command.logger) { backend in
                    let users: [UserID]
                    if let user { users = [user] } else { users = try await backend.ports.usage.users(day: day) }
                    var rows: [(UserID, UsageCounts, VaultSize)] = []
                    for user in users {
                        let size = try await vaults.vault(of: user.value).size()
                        rows.append((user, try await backend.ports.usage.usage(of: user, day: day), size))
                    }
                    return (rows, try await backend.ports.usage.activeUsers(day: day))
                }
            }
            Self.show(rows.sorted { $0.1.requests > $1.1.requests })
            if user == nil { print("\nAbout \(active) users on \(day).") }
        }
    }

    private static func show(_ rows: [(user: UserID, counts: UsageCounts, size: VaultSize)]) {
        let names = UsageCounts().fields.map(\.name) + ["notes", "vault_bytes"]
        let width = max(4, rows.map(\.user.value.count).max() ?? 0)
        print(Self.row("USER", names.map { $0.uppercased() }, width))
        for row in rows {
            let values = row.counts.fields.map { String($0.value) } + [String(row.size.notes), String(row.size.bytes)]
            print(Self.row(row.user.value, values, width))
        }
    }

    private static func row(_ user: String, _ values: [String], _ width: Int) -> String {
        let cells = values.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }
        return user + String(repeating: " ", count: width - user.count) + cells.joined()
    }
}
