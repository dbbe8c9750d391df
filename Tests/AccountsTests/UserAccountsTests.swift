import Accounts
import Foundation
import Identity
import Logging
import SharedState
import Testing
import Vault

@Suite(.serialized) struct UserAccountsTests {
    private let origin = AccountsFixture.origin

    /// Runs `body` with vaults in a temporary folder.
    private func withVaults(_ body: (VaultStore) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("accounts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let vaults = try VaultStore(
            configuration: VaultConfiguration(vaultsPath: "\(folder.path)/vaults", indexPath: "\(folder.path)/index"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            try await body(vaults)
        } catch {
            await vaults.close()
            try FileManager.default.removeItem(at: folder)
            throw error
        }
        await vaults.close()
        try FileManager.default.removeItem(at: folder)
    }

    /// Creates a token, a grant, a session and a browser session of a user.
    private func fill(_ fixture: AccountsFixture, _ user: UserID) async throws -> (token: String, secret: String) {
        let token = try await fixture.accounts.tokens.issue(fixture.request(user), from: self.origin).token.token
        _ = try await fixture.allow(user, code: "code of \(user)")
        _ = try await fixture.openSession(token)
        return (token, try await fixture.ports.webSessions.createWebSession(for: user, name: nil))
    }

    @Test(arguments: Stores.allCases)
    func loggingOutEverywhereEndsEverythingOfTheUser(stores: Stores) async throws {
        try await withAccounts(stores) { fixture in
            let (alice, bob) = (try UserID("alice"), try UserID("bob"))
            let own = try await self.fill(fixture, alice)
            let other = try await self.fill(fixture, bob)
            try await fixture.accounts.logOutEverywhere(alice, from: self.origin)
            let summary = try await fixture.accounts.summary(of: alice)
            let areAdmitted = [try await fixture.isAdmitted(own.token), try await fixture.isAdmitted(other.token)]
            let sessions = try await fixture.ports.sessions.sessions(of: bob)
            let event = try #require(fixture.audit.events.last)
            #expect(summary.tokens.isEmpty && summary.grants.isEmpty && summary.sessions.isEmpty)
            #expect(areAdmitted == [false, true])
            #expect(sessions.count == 1)
            #expect(event.name == .logout && event.details == [.everywhere: "true"])
        }
    }

    @Test func revokingEverythingIsRecordedAsTheOperators() async throws {
        try await withAccounts(.memory) { fixture in
            let alice = try UserID("alice")
            let own = try await self.fill(fixture, alice)
            try await fixture.accounts.revokeEverything(of: alice, from: .commandLine)
            let isAdmitted = try await fixture.isAdmitted(own.token)
            let event = try #require(fixture.audit.events.last)
            #expect(!isAdmitted)
            #expect(event.name == .tokenRevoked && event.user == "alice")
            #expect(event.details == [.everywhere: "true", .reason: "operator"])
        }
    }

    @Test(arguments: Stores.allCases)
    func aDeletedUserLeavesNothingBehind(stores: Stores) async throws {
        try await withAccounts(stores) { fixture in
            try await self.withVaults { vaults in
                let (alice, bob) = (try UserID("alice"), try UserID("bob"))
                let own = try await self.fill(fixture, alice)
                _ = try await self.fill(fixture, bob)
                let before = try await fixture.accounts.holdings(of: alice, vaults: vaults)
                let deletion = try await fixture.accounts.delete(alice, vaults: vaults, from: .commandLine)
                let after = try await fixture.accounts.holdings(of: alice, vaults: vaults)
                let others = try await fixture.accounts.holdings(of: bob, vaults: vaults)
                let isAdmitted = try await fixture.isAdmitted(own.token)
                let event = try #require(fixture.audit.events.last)
                #expect(!before.entries.isEmpty && before.vault == nil)
                #expect(deletion.entries > 0 && !deletion.hadVault)
                #expect(after.entries.isEmpty)
                #expect(!others.entries.isEmpty)
                #expect(!isAdmitted)
                // Not in the user's own trail, whose key would be created again.
                #expect(event.name == .userDeleted && event.user == nil)
                #expect(event.details == [.deletedUser: "alice"])
            }
        }
    }

    @Test func aSummaryHoldsNoToken() async throws {
        try await withAccounts(.memory) { fixture in
            let alice = try UserID("alice")
            let own = try await self.fill(fixture, alice)
            let text = String(decoding: try await fixture.accounts.summary(of: alice).json(), as: UTF8.self)
            #expect(text.contains("laptop") && text.contains("An App"))
            #expect(!text.contains(own.token) && !text.contains(own.secret))
        }
    }
}
