import Accounts
import Encodings
import HTTPServer
import HTTPTypes
import HummingbirdTesting
import Identity
import SharedState
import Testing

extension TestServer {
    /// Posts a message to `/mcp`.
    func mcp(
        _ body: String,
        token: String?,
        session: String? = nil,
        version: String? = nil
    ) async throws -> TestResponse {
        var headers = HTTPFields()
        headers[.mcpSessionID] = session
        headers[.mcpProtocolVersion] = version
        return try await self.send(.post, "/mcp", token: token, headers: headers, body: body)
    }

    /// Opens a session and returns its id.
    func openSession(_ token: String, _ revision: String = "2025-11-25") async throws -> String {
        let response = try await self.mcp(RPC.initialize(revision), token: token)
        return try #require(response.headers[.mcpSessionID])
    }

    /// The tokens of an app that a user has allowed.
    func appTokens(_ user: String = "ada", scopes: ScopeSet = .all) async throws -> ClientTokens {
        let verifier = String(repeating: "v", count: 43)
        let code = AuthorizationCode(
            grant: "grant-of-\(user)-0123456789",
            user: try UserID(user),
            client: OAuthClient(id: "client", name: "An App", redirectURIs: ["https://a.example/cb"]),
            redirectURI: "https://a.example/cb",
            challenge: CodeChallenge(verifier: verifier),
            scopes: scopes,
            allowed: self.clock.now
        )
        try await self.state.grants.save(code, secret: "a code")
        return try await self.accounts.grants.exchange(
            code: "a code",
            verifier: verifier,
            clientID: "client",
            redirectURI: nil,
            from: AuditOrigin()
        )
    }
}

/// Messages of an MCP client.
enum RPC {
    static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
    static let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
    static let list = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#

    static func initialize(_ revision: String = "2025-11-25") -> String {
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"\#(revision)","#
            + #""clientInfo":{"name":"a client","version":"1"},"capabilities":{}}}"#
    }

    static func call(_ tool: String, _ arguments: String, id: Int = 1) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#
    }

    static func read(_ path: String, id: Int = 1) -> String {
        Self.call("read_note", #"{"path":"\#(path)"}"#, id: id)
    }

    static func write(_ path: String, id: Int = 1) -> String {
        Self.call("write_note", #"{"path":"\#(path)","body":"Hello"}"#, id: id)
    }
}
