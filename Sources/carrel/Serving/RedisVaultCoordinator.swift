import Identity
import SharedState
import Vault

/// Orders the writes of several machines through Redis.
struct RedisVaultCoordinator: VaultCoordinator {
    let ledger: VaultLedger

    var leaseDuration: Duration { self.ledger.leaseDuration }

    func acquire(_ user: String) async throws -> WriteLease? {
        try await Self.mapping { try await self.ledger.acquire(try UserID(user)).map { WriteLease($0) } }
    }

    func renew(_ lease: WriteLease, of user: String, token: Int64) async throws -> WriteLease? {
        try await Self.mapping {
            try await self.ledger.renew(VaultLease(lease), of: try UserID(user), token: token).map { WriteLease($0) }
        }
    }

    func release(_ user: String) async throws {
        try await Self.mapping { try await self.ledger.release(try UserID(user)) }
    }

    func publish(
        _ changes: [NoteChange],
        sequence: Int64,
        releasing: Bool,
        under lease: WriteLease,
        of user: String
    ) async throws -> Bool {
        try await Self.mapping {
            try await self.ledger.publish(
                changes.map { VaultChange(path: $0.path, revision: $0.revision, updated: $0.updated) },
                sequence: sequence,
                releasing: releasing,
                under: VaultLease(lease),
                of: try UserID(user)
            )
        }
    }

    func changes(of user: String, after sequence: Int64) async throws -> NoteChanges {
        try await Self.mapping { NoteChanges(try await self.ledger.changes(of: try UserID(user), after: sequence)) }
    }

    func restore(_ sequence: Int64, of user: String) async throws -> Int64 {
        try await Self.mapping { try await self.ledger.restore(sequence, of: try UserID(user)) }
    }

    private static func mapping<Value>(_ call: () async throws -> Value) async throws -> Value {
        do {
            return try await call()
        } catch let error as SharedStateError {
            throw VaultError(.unavailable, "the shared state in Redis is unavailable", cause: error)
        }
    }
}

extension WriteLease {
    fileprivate init(_ lease: VaultLease) {
        self.init(
            token: lease.token,
            sequence: lease.sequence,
            isContinued: lease.isContinued,
            isOrphaned: lease.isOrphaned
        )
    }
}

extension VaultLease {
    fileprivate init(_ lease: WriteLease) {
        self.init(
            token: lease.token,
            sequence: lease.sequence,
            isContinued: lease.isContinued,
            isOrphaned: lease.isOrphaned
        )
    }
}

extension NoteChanges {
    fileprivate init(_ changes: VaultChanges) {
        self.init(
            sequence: changes.sequence,
            entries: changes.entries.map { entry in
                let change = entry.change
                return Entry(
                    change: NoteChange(path: change.path, revision: change.revision, updated: change.updated),
                    age: entry.age
                )
            },
            isComplete: changes.isComplete,
            gapAge: changes.gapAge
        )
    }
}
