package import Identity
import Redis

/// Leases, fencing tokens and changes of vaults that several machines share.
///
/// All calls throw ``SharedStateError``.
package struct VaultLedger: Sendable {
    /// How long a worker that waits for a lease goes before its last holder, in milliseconds.
    private static let turn = 250

    /// How long a lease lasts that is not renewed.
    package let leaseDuration: Duration
    private let context: RedisContext
    /// Names this process among all workers.
    private let holder: String
    private let leaseMilliseconds: String
    private let acquire: RedisScript
    private let renew: RedisScript
    private let release: RedisScript
    private let publish: RedisScript
    private let changes: RedisScript
    private let restore: RedisScript

    init(context: RedisContext, settings: VaultLeaseSettings) {
        self.context = context
        self.holder = settings.holder
        self.leaseDuration = settings.duration
        self.leaseMilliseconds = String(Int64(settings.duration / .milliseconds(1)))
        let constants: KeyValuePairs<String, Int64> = [
            // Seconds; the numbers are also on the volume.
            "KEPT": 30 * 86_400, "LISTED_SECONDS": 86_400,
            // How many changes are listed.
            "LISTED": 1000,
        ]
        self.acquire = LuaSource.script(PackageResources.acquire_lease_lua, constants: constants)
        self.renew = LuaSource.script(PackageResources.renew_lease_lua)
        self.release = LuaSource.script(PackageResources.release_lease_lua)
        self.publish = LuaSource.script(PackageResources.publish_changes_lua, constants: constants)
        self.changes = LuaSource.script(PackageResources.vault_changes_lua)
        self.restore = LuaSource.script(PackageResources.restore_sequence_lua, constants: constants)
    }

    /// - Returns: the lease, or `nil` while another worker holds it or goes first.
    package func acquire(_ user: UserID) async throws -> VaultLease? {
        let keys = self.context.keys
        let reply = try await self.context.evaluate(
            self.acquire,
            keys: [keys.vault(of: user), keys.lease(of: user), keys.leaseWaiting(of: user)],
            arguments: [self.holder, self.leaseMilliseconds, String(Self.turn)]
        )
        guard let elements = reply.elements, let isAcquired = elements.first?.integerValue else {
            throw Self.unknown
        }
        guard isAcquired == 1 else { return nil }
        guard elements.count == 5, let token = elements[1].integerValue, let sequence = elements[2].integerValue else {
            throw Self.unknown
        }
        return VaultLease(
            token: token,
            sequence: sequence < 0 ? nil : sequence,
            isContinued: elements[3].integerValue == 1,
            isOrphaned: elements[4].integerValue == 1
        )
    }

    /// Renews a lease.
    ///
    /// - Parameter token: raises the fencing token, where the volume has seen a larger one.
    /// - Returns: the lease, or `nil` where another worker has acquired it.
    package func renew(_ lease: VaultLease, of user: UserID, token: Int64? = nil) async throws -> VaultLease? {
        let keys = self.context.keys
        let token = token ?? lease.token
        let reply = try await self.context.evaluate(
            self.renew,
            keys: [keys.vault(of: user), keys.lease(of: user)],
            arguments: [self.holder, String(lease.token), self.leaseMilliseconds, String(token)]
        )
        guard reply.integerValue == 1 else { return nil }
        return VaultLease(
            token: token,
            sequence: lease.sequence,
            isContinued: lease.isContinued,
            isOrphaned: lease.isOrphaned
        )
    }

    package func release(_ user: UserID) async throws {
        let keys = self.context.keys
        _ = try await self.context.evaluate(
            self.release,
            keys: [keys.vault(of: user), keys.lease(of: user)],
            arguments: [self.holder]
        )
    }

    /// Publishes changes under a lease.
    ///
    /// - Parameters:
    ///   - sequence: the number of these changes; where it does not follow the last one, more than these notes has changed.
    ///   - releasing: whether to release the lease with them.
    /// - Returns: whether they are published; `false` where another worker has acquired the lease.
    package func publish(
        _ changes: [VaultChange],
        sequence: Int64,
        releasing: Bool,
        under lease: VaultLease,
        of user: UserID
    ) async throws -> Bool {
        let keys = self.context.keys
        var arguments = [self.holder, String(lease.token), String(sequence), releasing ? "1" : "0"]
        for change in changes { arguments += [change.path, change.revision ?? "", String(change.updated)] }
        let reply = try await self.context.evaluate(
            self.publish,
            keys: [keys.vault(of: user), keys.lease(of: user), keys.vaultChanges(of: user)],
            arguments: arguments
        )
        guard let published = reply.integerValue else { throw Self.unknown }
        return published == 1
    }

    /// What has changed since a sequence number.
    package func changes(of user: UserID, after sequence: Int64) async throws -> VaultChanges {
        let keys = self.context.keys
        let reply = try await self.context.evaluate(
            self.changes,
            keys: [keys.vault(of: user), keys.vaultChanges(of: user)],
            arguments: [String(sequence)]
        )
        guard let elements = reply.elements, elements.count == 5, let last = elements[0].integerValue,
            let now = elements[1].integerValue, let gap = elements[3].integerValue, let entries = elements[4].elements
        else { throw Self.unknown }
        return VaultChanges(
            sequence: last < 0 ? nil : last,
            entries: try entries.map { try Self.change($0, now: now) },
            isComplete: elements[2].integerValue == 1,
            gapAge: gap == 0 ? nil : .milliseconds(max(0, now - gap))
        )
    }

    /// Restores a number that Redis has lost.
    ///
    /// - Returns: the number that Redis has now, which may be larger.
    package func restore(_ sequence: Int64, of user: UserID) async throws -> Int64 {
        let keys = self.context.keys
        let reply = try await self.context.evaluate(
            self.restore,
            keys: [keys.vault(of: user), keys.vaultChanges(of: user)],
            arguments: [String(sequence)]
        )
        guard let last = reply.integerValue else { throw Self.unknown }
        return last
    }

    /// Reads an entry of the stream: its id, and its fields.
    private static func change(_ entry: RedisValue, now: Int64) throws -> VaultChanges.Entry {
        guard let parts = entry.elements, parts.count == 2 else { throw Self.unknown }
        let fields = parts[1].fields
        guard let path = fields["path"], let revision = fields["revision"],
            let updated = fields["updated"].flatMap({ Int($0) }), let published = fields["at"].flatMap({ Int64($0) })
        else { throw Self.unknown }
        let change = VaultChange(path: path, revision: revision.isEmpty ? nil : revision, updated: updated)
        return VaultChanges.Entry(change: change, age: .milliseconds(max(0, now - published)))
    }

    private static var unknown: SharedStateError {
        SharedStateError(.corrupt, "A script about a vault returned an unknown reply.")
    }
}
