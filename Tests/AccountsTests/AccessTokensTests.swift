import Accounts
import Identity
import SharedState
import Testing

@Suite(.serialized) struct AccessTokensTests {
    private let origin = AccountsFixture.origin

    @Test(arguments: Stores.allCases)
    func anIssuedTokenIsListedAndRecorded(stores: Stores) async throws {
        try await withAccounts(stores) { fixture in
            let alice = try UserID("alice")
            let token = try await fixture.accounts.tokens.issue(fixture.request(alice), from: self.origin).token
            let isAdmitted = try await fixture.isAdmitted(token.token)
            let event = try #require(fixture.audit.events.first)
            #expect(isAdmitted)
            #expect(event.name == .tokenIssued && event.user == "alice")
            #expect(event.details[.newTokenID] == token.tokenID && event.details[.tokenName] == "laptop")
            #expect(event.address == "192.0.2.1" && event.requestID == "request-1")
        }
    }

    @Test func aTokenPastTheLimitIsRefused() async throws {
        try await withAccounts(.memory) { fixture in
            let alice = try UserID("alice")
            for _ in 0..<100 { _ = try await fixture.accounts.tokens.issue(fixture.request(alice), from: self.origin) }
            let error = await #expect(throws: AccountError.self) {
                try await fixture.accounts.tokens.issue(fixture.request(alice), from: self.origin)
            }
            #expect(error?.code == .tooManyTokens)
        }
    }

    @Test func pastTheLimitTheOldestOfANameIsReplaced() async throws {
        try await withAccounts(.memory) { fixture in
            let tokens = fixture.accounts.tokens
            let alice = try UserID("alice")
            for _ in 0..<100 { _ = try await tokens.issue(fixture.request(alice), from: self.origin) }
            let new = try await tokens.issueReplacingOldest(fixture.request(alice), from: self.origin)
            let listed = try await tokens.tokens(of: alice)
            #expect(listed.count == 100 && listed.contains { $0.id == new.record.id })
            #expect(fixture.audit.names.suffix(2) == [.tokenRevoked, .tokenIssued])
        }
    }

    @Test func eventsOfARefreshedTokenNameWhatRevokesIt() async throws {
        try await withAccounts(.memory) { fixture in
            let tokens = fixture.accounts.tokens
            let first = try await tokens.issue(fixture.request(try UserID("alice")), from: self.origin).token
            let refreshed = try fixture.principal(first.token)
            let second = try await tokens.refresh(refreshed, from: AuditOrigin(principal: refreshed)).token
            let principal = try fixture.principal(second.token)
            let origin = AuditOrigin(principal: principal)
            _ = try await tokens.refresh(principal, from: origin)
            _ = try await tokens.issue(fixture.request(principal.user), from: origin)
            try await fixture.accounts.logOut(principal, from: origin)
            let events = fixture.audit.events.suffix(3)
            #expect(events.map(\.name) == [.tokenRefreshed, .tokenIssued, .logout])
            for event in events {
                #expect(event.tokenID == second.tokenID)
                #expect(event.details[.revocationID] == first.tokenID)
            }
        }
    }

    @Test func aTokenOfAGrantIsNotRefreshed() async throws {
        try await withAccounts(.memory) { fixture in
            let app = try await fixture.allow(try UserID("alice"))
            let principal = try fixture.principal(app.access.token)
            let error = await #expect(throws: AccountError.self) {
                try await fixture.accounts.tokens.refresh(principal, from: self.origin)
            }
            #expect(error?.code == .belongsToGrant)
        }
    }

    @Test(arguments: Stores.allCases)
    func aTokenRevokedByItsIdEndsWithItsSessions(stores: Stores) async throws {
        try await withAccounts(stores) { fixture in
            let tokens = fixture.accounts.tokens
            let alice = try UserID("alice")
            // Redis compares with its own clock, not with the test's.
            let request = TokenRequest(user: alice, name: "a", scopes: .all, lifetime: .seconds(80 * 86400))
            let revoked = try await tokens.issue(request, from: self.origin).token
            let other = try await tokens.issue(request, from: self.origin).token
            _ = try await fixture.openSession(revoked.token)
            let kept = try await fixture.openSession(other.token)
            let id = revoked.tokenID
            let kind = try await fixture.accounts.revoke(id, of: alice, reason: .operator, from: .commandLine)
            let sessions = try await fixture.ports.sessions.sessions(of: alice).map(\.id)
            let areAdmitted = [
                try await fixture.isAdmitted(revoked.token), try await fixture.isAdmitted(other.token),
            ]
            let event = try #require(fixture.audit.events.last)
            #expect(kind == .token)
            #expect(sessions == [kept])
            #expect(areAdmitted == [false, true])
            #expect(event.name == .tokenRevoked && event.user == "alice")
            #expect(event.details == [.revokedTokenID: id, .reason: "operator"])
        }
    }

    @Test func anUnlistedTokenIsRevokedWithItsSessions() async throws {
        try await withAccounts(.memory) { fixture in
            let alice = try UserID("alice")
            let token = try await fixture.accounts.tokens.sign(fixture.request(alice)).token
            let id = token.tokenID
            _ = try await fixture.openSession(token.token)
            let known = try await fixture.accounts.revoke(id, of: alice, reason: .operator, from: .commandLine)
            try await fixture.accounts.tokens.revokeUnlisted(id, of: alice, reason: .operator, from: .commandLine)
            let sessions = try await fixture.ports.sessions.sessions(of: alice)
            let isAdmitted = try await fixture.isAdmitted(token.token)
            #expect(known == nil)
            #expect(sessions.isEmpty && !isAdmitted)
            #expect(fixture.audit.names == [.tokenRevoked])
        }
    }
}
