import Encodings
import HTTPTypes
import HummingbirdTesting
import Testing

/// The notes that the first login of a user writes.
struct WelcomeNotesTests {
    private static let welcome = ["guide/working-with-agents.md", "guide/writing-notes.md", "welcome.md"]

    private static func logIn(_ server: TestServer, _ user: String = "ada") async throws -> TestResponse {
        let page = try await server.send(.get, "/auth/login")
        let cookie: HTTPFields = [.cookie: "carrel-login=\(try page.cookie("carrel-login").value)"]
        return try await server.post(
            "/auth/login",
            ["ticket": try page.field("ticket"), "user": user],
            headers: cookie
        )
    }

    private static func call(
        _ server: TestServer,
        _ tool: String,
        _ arguments: String = "{}",
        user: String = "ada"
    ) async throws -> JSONValue {
        let response = try await server.mcp(RPC.call(tool, arguments), token: server.token(user))
        return try #require(response.json()["result"]?["structuredContent"])
    }

    private static func paths(_ server: TestServer, of user: String = "ada") async throws -> [String] {
        let notes = try await Self.call(server, "list_notes", user: user)["notes"]?.arrayValue ?? []
        return notes.compactMap { $0["path"]?.stringValue }.sorted()
    }

    @Test func aNewUserFindsThem() async throws {
        try await withServer(isLive: true) { server in
            let response = try await Self.logIn(server)
            let paths = try await Self.paths(server)
            let read = try await Self.call(server, "read_note", #"{"path":"welcome.md"}"#)
            let linked = try await Self.call(server, "get_backlinks", #"{"path":"guide/writing-notes.md"}"#)
            let stranger = try await Self.paths(server, of: "bob")
            #expect(response.status == .seeOther)
            #expect(paths == Self.welcome)
            #expect(read["note"]?["title"] == "Welcome to your carrel")
            #expect(linked["backlinks"]?.arrayValue?.count == 2)
            #expect(stranger.isEmpty)
        }
    }

    @Test func laterLoginsDoNotBringThemBack() async throws {
        try await withServer(isLive: true) { server in
            _ = try await Self.logIn(server)
            for path in Self.welcome { _ = try await Self.call(server, "delete_note", #"{"path":"\#(path)"}"#) }
            let again = try await Self.logIn(server)
            let paths = try await Self.paths(server)
            #expect(again.status == .seeOther)
            #expect(paths.isEmpty)
        }
    }

    @Test func aUserWithNotesGetsNone() async throws {
        try await withServer(isLive: true) { server in
            _ = try await Self.call(server, "write_note", #"{"path":"own.md","body":"Hello"}"#)
            let response = try await Self.logIn(server)
            let paths = try await Self.paths(server)
            #expect(response.status == .seeOther)
            #expect(paths == ["own.md"])
        }
    }
}
