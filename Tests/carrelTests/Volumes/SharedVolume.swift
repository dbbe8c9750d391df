import Foundation
import Logging
import Redis
import SharedState
import Synchronization
import TestSupport

@testable import Vault
@testable import carrel

/// A volume that two machines share, with a real Redis between them.
final class SharedVolume: Sendable {
    /// One machine: its store, and its way to Redis, which can be cut.
    struct Machine: Sendable {
        let store: VaultStore
        let link: CuttableCoordinator

        func vault(_ user: String = "ann") throws -> Vault { try self.store.vault(of: user) }

        @discardableResult
        func write(_ path: String, _ body: String, of user: String = "ann") async throws -> WrittenNote {
            try await self.vault(user).write(NoteDraft(path: path, body: body))
        }
    }

    let folder: URL
    let redis: RedisClient
    private let hasOwnIndexes: Bool
    private let indexes: String

    /// - Parameters:
    ///   - parent: where the volume is; `nil` for the folder of temporary files.
    ///   - indexes: where the indexes of the machines are; `nil` for the volume.
    init(_ redis: RedisClient, hasOwnIndexes: Bool, in parent: String? = nil, indexes: String? = nil) throws {
        self.redis = redis
        self.hasOwnIndexes = hasOwnIndexes
        let parent = parent.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
        self.folder = parent.appendingPathComponent("carrel-\(UUID().uuidString)")
        self.indexes = indexes ?? self.folder.path
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(at: self.folder) } catch {}
    }

    var vaultsPath: String { self.folder.path + "/vaults" }

    /// - Parameter lease: short where a test waits for its end.
    func machine(
        _ name: String,
        lease: Duration = .seconds(6),
        hooks: StoreHooks = StoreHooks()
    ) throws -> Machine {
        let backend = RedisBackend(redis: self.redis, leases: VaultLeaseSettings(holder: name, duration: lease))
        guard let ledger = backend.vaults else { throw VaultError(.internalError, "no ledger") }
        let link = CuttableCoordinator(RedisVaultCoordinator(ledger: ledger))
        var configuration = VaultConfiguration(
            vaultsPath: self.vaultsPath,
            indexPath: self.indexes + (self.hasOwnIndexes ? "/index-\(name)" : "/index"),
            journalMode: .rollback,
            hasOwnIndexes: self.hasOwnIndexes
        )
        // Lock timeouts are not under test, and all tests share the machine.
        configuration.lockTimeout = .seconds(60)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let store = try VaultStore(
            configuration: configuration,
            coordinator: link,
            now: { Date() },
            hooks: hooks,
            logger: logger
        )
        return Machine(store: store, link: link)
    }

    /// A store without leases, as of a worker with `VOLUME=local`.
    func machineAlone() throws -> VaultStore {
        let configuration = VaultConfiguration(
            vaultsPath: self.vaultsPath,
            indexPath: self.folder.path + "/index-alone",
            journalMode: .rollback
        )
        return try VaultStore(configuration: configuration, logger: Logger(label: "test"))
    }

    func text(of path: String, user: String = "ann") throws -> String {
        try String(contentsOfFile: "\(self.vaultsPath)/\(user)/\(path)", encoding: .utf8)
    }

    /// The names of all files that are left of interrupted writes.
    func leftovers() -> [String] {
        let names = FileManager.default.enumerator(atPath: self.vaultsPath)?.allObjects.compactMap { $0 as? String }
        return (names ?? []).filter { $0.hasSuffix(".tmp") || $0.hasSuffix(".intent") }
    }
}

/// A machine's way to Redis, which a test cuts.
final class CuttableCoordinator: VaultCoordinator {
    private let inner: any VaultCoordinator
    private let isCut = Mutex(false)
    private let aging = Mutex(Duration.zero)

    init(_ inner: any VaultCoordinator) { self.inner = inner }

    func cut() { self.isCut.withLock { $0 = true } }
    func mend() { self.isCut.withLock { $0 = false } }

    /// Lets changes seem to have been published so much earlier.
    func age(by time: Duration) { self.aging.withLock { $0 = time } }

    var leaseDuration: Duration { self.inner.leaseDuration }

    private func through() throws -> any VaultCoordinator {
        guard !self.isCut.withLock({ $0 }) else { throw VaultError(.unavailable, "cut") }
        return self.inner
    }

    func acquire(_ user: String) async throws -> WriteLease? { try await self.through().acquire(user) }

    func renew(_ lease: WriteLease, of user: String, token: Int64) async throws -> WriteLease? {
        try await self.through().renew(lease, of: user, token: token)
    }

    func release(_ user: String) async throws { try await self.through().release(user) }

    func publish(
        _ changes: [NoteChange],
        sequence: Int64,
        releasing: Bool,
        under lease: WriteLease,
        of user: String
    ) async throws -> Bool {
        try await self.through().publish(changes, sequence: sequence, releasing: releasing, under: lease, of: user)
    }

    func changes(of user: String, after sequence: Int64) async throws -> NoteChanges {
        let changes = try await self.through().changes(of: user, after: sequence)
        let aging = self.aging.withLock { $0 }
        return NoteChanges(
            sequence: changes.sequence,
            entries: changes.entries.map { NoteChanges.Entry(change: $0.change, age: $0.age + aging) },
            isComplete: changes.isComplete,
            gapAge: changes.gapAge.map { $0 + aging }
        )
    }

    func restore(_ sequence: Int64, of user: String) async throws -> Int64 {
        try await self.through().restore(sequence, of: user)
    }
}

/// Holds a write at a step until the test lets it go on.
final class Pause: Sendable {
    private struct State {
        var step: WriteStep?
        var reached: CheckedContinuation<Void, Never>?
        var isReached = false
    }

    private let state = Mutex(State())
    private let resumed = DispatchSemaphore(value: 0)

    var hooks: StoreHooks {
        StoreHooks(reached: { step in
            let isHeld = self.state.withLock { state in
                guard state.step == step else { return false }
                state.step = nil
                state.isReached = true
                state.reached?.resume()
                state.reached = nil
                return true
            }
            if isHeld { self.resumed.wait() }
        })
    }

    /// Holds the next write that comes to a step.
    func arm(_ step: WriteStep) {
        self.state.withLock { state in
            state.step = step
            state.isReached = false
        }
    }

    /// Waits until a write is held.
    func reached() async {
        await withCheckedContinuation { continuation in
            let isReached = self.state.withLock { state in
                if !state.isReached { state.reached = continuation }
                return state.isReached
            }
            if isReached { continuation.resume() }
        }
    }

    func resume() { self.resumed.signal() }
}

/// Lends a volume with either kind of indexes.
func withSharedVolume<Value: Sendable>(
    ownIndexes: Bool,
    _ body: @escaping @Sendable (SharedVolume) async throws -> Value
) async throws -> Value {
    try await withRedis { redis in try await body(try SharedVolume(redis, hasOwnIndexes: ownIndexes)) }
}

/// The error that a call throws, or `nil`.
func failure(_ call: () async throws -> some Any) async throws -> VaultError? {
    do {
        _ = try await call()
        return nil
    } catch let error as VaultError {
        return error
    }
}
