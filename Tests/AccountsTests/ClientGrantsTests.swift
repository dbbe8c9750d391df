import Accounts
import Identity
import SharedState
import Testing

@Suite(.serialized) struct ClientGrantsTests {
    @Test(arguments: Stores.allCases)
    func aReplayedCodeEndsItsGrantAndSessions(stores: Stores) async throws {
        try await withAccounts(stores) { fixture in
            let alice = try UserID("alice")
            let app = try await fixture.allow(alice)
            _ = try await fixture.openSession(app.access.token)
            let error = await #expect(throws: AccountError.self) { try await fixture.exchange("a code") }
            let sessions = try await fixture.ports.sessions.sessions(of: alice)
            let isAdmitted = try await fixture.isAdmitted(app.access.token)
            #expect(error?.code == .invalidGrant)
            #expect(sessions.isEmpty && !isAdmitted)
            #expect(fixture.audit.names == [.grant, .grantRevoked])
            #expect(fixture.audit.events.last?.details[.reason] == "code_replayed")
        }
    }

    @Test func aReusedRefreshTokenEndsItsGrantAndSessions() async throws {
        try await withAccounts(.memory) { fixture in
            let alice = try UserID("alice")
            let first = try await fixture.allow(alice)
            let second = try await fixture.refresh(first.refreshToken)
            let third = try await fixture.refresh(second.refreshToken, scopes: .notesRead)
            _ = try await fixture.openSession(third.access.token)
            let error = await #expect(throws: AccountError.self) { try await fixture.refresh(first.refreshToken) }
            let sessions = try await fixture.ports.sessions.sessions(of: alice)
            #expect(error?.code == .invalidGrant)
            #expect(third.scopes == .notesRead)
            #expect(sessions.isEmpty)
            #expect(fixture.audit.names == [.grant, .tokenRefreshed, .tokenRefreshed, .refreshTokenReused])
        }
    }

    @Test func aGrantIsRevokedByItsIdWithItsSessions() async throws {
        try await withAccounts(.memory) { fixture in
            let alice = try UserID("alice")
            let app = try await fixture.allow(alice)
            let id = try fixture.principal(app.access.token).revocationID
            _ = try await fixture.openSession(app.access.token)
            let kind = try await fixture.accounts.revoke(id, of: alice, reason: .operator, from: .commandLine)
            let sessions = try await fixture.ports.sessions.sessions(of: alice)
            let isAdmitted = try await fixture.isAdmitted(app.access.token)
            #expect(kind == .grant)
            #expect(sessions.isEmpty && !isAdmitted)
            #expect(fixture.audit.events.last?.details == [.grant: id, .reason: "operator"])
        }
    }

    @Test func anAccessTokenRevokesItsGrant() async throws {
        try await withAccounts(.memory) { fixture in
            let app = try await fixture.allow(try UserID("alice"))
            let principal = try fixture.principal(app.access.token)
            try await fixture.accounts.tokens.revoke(principal, reason: .client, from: AccountsFixture.origin)
            let grants = try await fixture.accounts.grants.grants(of: principal.user)
            #expect(grants.isEmpty)
            #expect(fixture.audit.names == [.grant, .grantRevoked])
        }
    }

    @Test func anEndedGrantIsNotRevokedAgain() async throws {
        try await withAccounts(.memory) { fixture in
            let grants = fixture.accounts.grants
            let app = try await fixture.allow(try UserID("alice"))
            let first = try await grants.revoke(refreshToken: app.refreshToken, from: AccountsFixture.origin)
            let second = try await grants.revoke(refreshToken: app.refreshToken, from: AccountsFixture.origin)
            let foreign = try await grants.revoke(refreshToken: "crt_x", from: AccountsFixture.origin)
            #expect(first && second && !foreign)
            #expect(fixture.audit.names == [.grant, .grantRevoked])
        }
    }

    @Test(arguments: Stores.allCases)
    func aUserKeepsSoManyClients(stores: Stores) async throws {
        try await withAccounts(stores) { fixture in
            let clients = (0...ClientGrants.keptClients.count).map {
                OAuthClient(id: "client-\($0)", name: "An App", redirectURIs: ["https://a.example/cb"])
            }
            @Sendable func authorize(_ client: OAuthClient, for user: String) async throws -> Bool {
                _ = try await fixture.accounts.grants.authorize(
                    client,
                    for: try UserID(user),
                    redirectURI: nil,
                    challenge: CodeChallenge(verifier: String(repeating: "v", count: 43)),
                    scopes: .all
                )
                return try await fixture.ports.clients.isKept(client.id)
            }
            for client in clients.dropLast() {
                try await fixture.ports.clients.save(client)
                let isKept = try await authorize(client, for: "alice")
                #expect(isKept)
            }
            try await fixture.ports.clients.save(clients[clients.count - 1])
            let again = try await authorize(clients[0], for: "alice")
            let tooMany = try await authorize(clients[clients.count - 1], for: "alice")
            let ofAnother = try await authorize(clients[clients.count - 1], for: "bob")
            #expect(again && !tooMany && ofAnother)
        }
    }
}
