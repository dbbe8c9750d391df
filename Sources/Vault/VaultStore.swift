public import Foundation
public import Logging

/// All vaults below one folder.
public final class VaultStore: Sendable {
    private let configuration: VaultConfiguration
    private let now: @Sendable () -> Date
    private let logger: Logger

    /// Opens the folders of vaults and indexes, and creates them where they are missing.
    ///
    /// - Parameters:
    ///   - configuration: where vaults lie, and what is kept of them in memory.
    ///   - now: the time; decides what a write sets as `updated` and how recent a note is.
    ///   - logger: where to report files that were put aside or repaired.
    public init(
        configuration: VaultConfiguration,
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.now = now
        self.logger = logger
    }

    /// The vault of a user; does no I/O.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidUser`` where the id breaks a rule.
    public func vault(of user: String) throws -> Vault {
        Vault(user: user, store: self)
    }

    /// Whether the volume can be written and SQLite works on it.
    public func probe() async throws {
        throw VaultError(.unavailable, "not there yet")
    }

    /// Waits for the calls that run, and closes all indexes.
    public func close() async {}
}
