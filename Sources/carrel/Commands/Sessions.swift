import ArgumentParser
import Foundation
import Identity
import SharedState

/// `carrel sessions`: lists, shows and ends sessions.
struct Sessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show and end sessions of MCP clients.",
        subcommands: [List.self, Show.self, End.self]
    )

    /// `carrel sessions list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a user's sessions, last used first.")

        @Option(help: "The user's id.")
        var user: String

        func run() async throws {
            let user = self.user
            let sessions = try await Sessions.asking { try await $0.ports.sessions.sessions(of: try UserID(user)) }
            print("SESSION                 LAST SEEN             CLIENT")
            for session in sessions {
                print(
                    "\(session.id)  \(Sessions.time(session.lastSeen))  \(session.client.name) \(session.client.version)"
                )
            }
        }
    }

    /// `carrel sessions show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what is known of a session.")

        @Argument(help: "The session's id.")
        var id: String

        func run() async throws {
            let id = try Sessions.id(self.id)
            guard let session = try await Sessions.asking({ try await $0.ports.sessions.session(id) }) else {
                throw Command.failure("There is no session \(id): it has ended or was never opened.")
            }
            print("session       \(session.id)")
            print("user          \(session.user)")
            print("revision      \(session.client.revision)")
            print("client        \(session.client.name) \(session.client.version)")
            print("capabilities  \(session.client.capabilities)")
            print("token         \(session.client.credentialID)")
            print("created       \(Sessions.time(session.created))")
            print("last seen     \(Sessions.time(session.lastSeen))")
        }
    }

    /// `carrel sessions end`.
    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a session on all workers.")

        @Argument(help: "The session's id.")
        var id: String

        func run() async throws {
            let id = try Sessions.id(self.id)
            let ended = try await Sessions.asking { backend in
                guard let session = try await backend.ports.sessions.session(id) else { return false }
                return try await backend.ports.sessions.end(id, of: session.user) == .ended
            }
            guard ended else { throw Command.failure("There is no session \(id): it has ended or was never opened.") }
            print("Ended the session \(id).")
        }
    }

    private static func id(_ text: String) throws -> SessionID {
        guard let id = SessionID(text) else { throw ValidationError("'\(text)' is not the id of a session.") }
        return id
    }

    private static func time(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    private static func asking<Value: Sendable>(
        _ body: @Sendable (RedisBackend) async throws -> Value
    ) async throws -> Value {
        let settings = try await Command.settings()
        return try await Command.reporting {
            try await settings.withBackend(logger: Command.logger, body)
        }
    }
}
