import Accounts
import Encodings
import HTTPTypes
import HummingbirdTesting
import Identity
import NIOCore
import SharedState

/// Carrel's routes in process, over the in-memory backend and a folder of the test's own.
struct TestServer: Sendable {
    let client: any TestClientProtocol
    let state: SharedPorts
    let accounts: UserAccounts
    let audit: RecordedEvents
    let clock: TestClock
    /// Counts requests; the test flushes it.
    let usage: UsageLedger

    /// A token of a user; for everything unless said otherwise.
    func token(
        _ user: String = "ada",
        scopes: ScopeSet = .all,
        folders: [String]? = nil,
        lifetime: Duration = .seconds(3600)
    ) async throws -> String {
        let wanted = TokenRequest(
            user: try UserID(user),
            name: "test",
            scopes: scopes,
            folders: folders,
            lifetime: lifetime
        )
        return try await self.accounts.tokens.issue(wanted, from: AuditOrigin()).token.token
    }

    /// Sends a request; a body is JSON unless its type is in `headers`.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        token: String? = nil,
        headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await self.client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        )
    }
}

extension TestResponse {
    /// The body as JSON.
    func json() throws -> JSONValue { try JSONParser.parse(Array(self.body.readableBytesView)) }
    /// The body as text.
    var text: String { String(buffer: self.body) }
}
