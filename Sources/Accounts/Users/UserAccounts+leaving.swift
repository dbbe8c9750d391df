package import Identity
package import SharedState
package import Vault

extension UserAccounts {
    /// All that is known of a user besides the vault; tokens by name only.
    package struct Summary: Sendable {
        package let user: UserID
        package let tokens: [TokenRecord]
        package let grants: [Grant]
        package let sessions: [Session]
        /// Newest first.
        package let audit: [AuditRecord]
    }

    /// What a deletion removes.
    package struct Holdings: Sendable {
        /// `nil` without a vault.
        package let vault: VaultSize?
        /// The names of what the shared state holds.
        package let entries: [String]
    }

    /// What a deletion removed.
    package struct Deletion: Sendable {
        /// How much the shared state held.
        package let entries: Int
        package let hadVault: Bool
    }

    private static let mostEvents = 1000

    /// What is known of a user, to be handed out.
    package func summary(of user: UserID) async throws -> Summary {
        Summary(
            user: user,
            tokens: try await self.tokens.tokens(of: user),
            grants: try await self.grants.grants(of: user),
            sessions: try await self.state.sessions.sessions(of: user),
            audit: try await self.state.audit.records(of: user.value, limit: Self.mostEvents)
        )
    }

    /// What ``delete(_:vaults:from:)`` would remove.
    package func holdings(of user: UserID, vaults: VaultStore) async throws -> Holdings {
        let hasVault = try await vaults.hasVault(user.value)
        return Holdings(
            vault: hasVault ? try await vaults.vault(of: user.value).size() : nil,
            entries: try await self.state.users.entries(of: user)
        )
    }

    /// Revokes all tokens of a user and removes the user's vault and shared state, for good.
    package func delete(_ user: UserID, vaults: VaultStore, from origin: AuditOrigin) async throws -> Deletion {
        // Revoked first, so that no request writes into what is removed.
        try await self.endEverything(of: user)
        let entries = try await self.state.users.removeEntries(of: user)
        // Not an event of the user, whose trail is gone.
        var event = AuditEvent(.userDeleted, from: origin, [.deletedUser: user.value])
        event.user = nil
        self.audit.record(event)
        return Deletion(entries: entries, hadVault: try await vaults.remove(user.value))
    }
}
