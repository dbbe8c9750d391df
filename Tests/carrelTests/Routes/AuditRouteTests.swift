import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

struct AuditRouteTests {
    private static func append(_ events: [(user: String, path: String)], to server: TestServer) async throws {
        try await server.state.audit.append(
            events.map { ["event": "note_written", "user_id": $0.user, "path": $0.path, "worker": "w1"] }
        )
    }

    @Test func recordsAreTheUsersOwnNewestFirst() async throws {
        try await withServer { server in
            try await Self.append([("ada", "a.md"), ("bob", "b.md"), ("ada", "c.md")], to: server)
            let response = try await server.send(.get, "/api/audit", token: try await server.token())
            let records = try #require(try response.json()["records"]?.arrayValue)
            #expect(response.status == .ok)
            #expect(records.map { $0["path"] } == ["c.md", "a.md"])
            #expect(records.first?["event"] == "note_written")
            #expect(records.first?["time"] == "2027-01-15T08:00:00Z")
            #expect(records.first?["id"] == "1800000000000-3")
        }
    }

    @Test func workersAreNotNamed() async throws {
        try await withServer { server in
            try await Self.append([("ada", "a.md")], to: server)
            let json = try await server.send(.get, "/api/audit", token: try await server.token()).json()
            let names = json["records"]?.arrayValue?.first?.objectValue?.map(\.key)
            #expect(names == ["id", "time", "event", "path", "user_id"])
        }
    }

    @Test func theLimitBoundsTheRecords() async throws {
        try await withServer { server in
            try await Self.append((0..<120).map { ("ada", "\($0).md") }, to: server)
            let token = try await server.token()
            let two = try await server.send(.get, "/api/audit?limit=2", token: token).json()
            let usual = try await server.send(.get, "/api/audit", token: token).json()
            let most = try await server.send(.get, "/api/audit?limit=1000", token: token).json()
            #expect(two["records"]?.arrayValue?.map { $0["path"] } == ["119.md", "118.md"])
            #expect(usual["records"]?.arrayValue?.count == 100)
            #expect(most["records"]?.arrayValue?.count == 120)
        }
    }

    @Test(arguments: ["0", "-1", "1001", "ten", "", "1.5", "99999999999999999999"])
    func aBadLimitIsRefused(limit: String) async throws {
        try await withServer { server in
            let response = try await server.send(.get, "/api/audit?limit=\(limit)", token: try await server.token())
            let json = try response.json()
            #expect(response.status == .badRequest)
            #expect(json["error"] == "validation_error")
            #expect(json["message"] == "'limit' must be a number from 1 to 1000.")
        }
    }

    @Test func aReadOnlyTokenMayReadRecords() async throws {
        try await withServer { server in
            let token = try await server.token(scopes: .notesRead)
            let response = try await server.send(.get, "/api/audit", token: token)
            #expect(response.status == .ok)
        }
    }

    @Test(arguments: [true, false])
    func tokensForSomeNotesAreForbidden(isApp: Bool) async throws {
        try await withServer { server in
            let token = isApp ? try await server.appTokens().access.token : try await server.token(folders: ["work"])
            let response = try await server.send(.get, "/api/audit", token: token)
            let json = try response.json()
            let event = server.audit.events(.forbidden).first
            #expect(response.status == .forbidden)
            #expect(json["error"] == "forbidden")
            #expect(event?.details == Self.forbidden(isApp: isApp))
            #expect(event?.user == "ada")
        }
    }

    private static func forbidden(isApp: Bool) -> [AuditField: String] {
        var details: [AuditField: String] = [.path: "/api/audit", .error: "permission_denied"]
        if isApp { details[.revocationID] = "grant-of-ada-0123456789" }
        return details
    }
}
