import ArgumentParser
import Foundation
import Identity
import SharedState

/// `carrel audit`: recent audit events of all workers.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the last security events and writes of all workers, oldest first.",
        discussion: """
            Redis keeps the last 100,000 events, and the last 1,000 of each user. Refused requests are kept apart, one \
            event a minute with a count; they are at most half of what is shown. The logs have them all.
            """
    )

    @Option(help: "Only this user's.")
    var user: String?

    @Option(help: "Only events of this name, such as authentication_failed.")
    var event: String?

    @Option(help: "How many events to look at, from 1 to 100000.")
    var limit = 100

    func run() async throws {
        guard (1...100_000).contains(self.limit) else { throw ValidationError("--limit must be from 1 to 100000.") }
        let settings = try await Command.settings()
        let (user, limit) = (try self.user.map { try Self.user($0) }, self.limit)
        try await Command.reporting {
            let records = try await settings.withBackend(logger: Command.logger) { backend in
                try await backend.ports.audit.records(of: user, limit: limit)
            }
            for record in records.reversed() where self.event == nil || record[.event] == self.event {
                print(Self.line(record))
            }
        }
    }

    private static func user(_ text: String) throws -> String {
        do {
            return try UserID(text).value
        } catch let error as IdentityError {
            throw Command.failure(error.message)
        }
    }

    private static func line(_ record: AuditRecord) -> String {
        let time = Date(timeIntervalSince1970: Double(record.time)).formatted(.iso8601)
        let first = [AuditField.event, .userID, .address].map(\.rawValue)
        let rest = record.fields.keys.filter { !first.contains($0) }.sorted()
        let words = first.compactMap { record.fields[$0] } + rest.map { "\($0)=\(record.fields[$0] ?? "")" }
        // Values that a client sent must not start a line of their own.
        return "\(time) " + words.joined(separator: " ").map { $0.isNewline ? " " : String($0) }.joined()
    }
}
