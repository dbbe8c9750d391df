import Foundation
import Glibc
import SharedState
import Vault

extension Command {
    /// Runs `body` with the vaults, and closes them.
    ///
    /// - Throws: as root where the vaults belong to another user: workers could not write root's files.
    static func withVaults<Value: Sendable>(
        _ settings: Settings,
        _ body: @Sendable (VaultStore) async throws -> Value
    ) async throws -> Value {
        try Self.checkOwner(settings)
        guard let leases = try settings.leases(of: WorkerID.make("command")) else {
            return try await Self.closing(try settings.openVaults(nil, logger: Self.logger), body)
        }
        return try await settings.withBackend(leases: leases, logger: Self.logger) { backend in
            try await Self.closing(try settings.openVaults(backend.vaults, logger: Self.logger), body)
        }
    }

    private static func closing<Value: Sendable>(
        _ vaults: VaultStore,
        _ body: @Sendable (VaultStore) async throws -> Value
    ) async throws -> Value {
        let result: Result<Value, any Error>
        do { result = .success(try await body(vaults)) } catch { result = .failure(error) }
        await vaults.close()
        return try result.get()
    }

    private static func checkOwner(_ settings: Settings) throws {
        guard geteuid() == 0, FileManager.default.fileExists(atPath: settings.paths.vaults) else { return }
        let attributes = try FileManager.default.attributesOfItem(atPath: settings.paths.vaults)
        guard let owner = attributes[.ownerAccountID] as? NSNumber, owner != 0 else { return }
        throw Self.failure(
            "\(settings.paths.vaults) belongs to user \(owner), who could not write what root leaves there. "
                + "Run this as that user, such as: setpriv --reuid \(owner) --clear-groups carrel ... "
                + "Nothing was changed."
        )
    }

    /// Rejects a folder that contains the vaults or the indexes, or lies within them.
    static func checkApart(_ path: String, option: String, from settings: Settings) throws {
        guard !path.isEmpty else { throw Self.failure("\(option) names no folder. Nothing was changed.") }
        let folder = Self.canonical(path)
        for own in [settings.paths.vaults, settings.paths.index].map({ Self.canonical($0) })
        where folder == own || folder.hasPrefix(own + "/") || own.hasPrefix(folder + "/") || folder == "/" {
            throw Self.failure("\(option) must be apart from \(own), neither in it nor around it. Nothing was changed.")
        }
    }

    /// The path without links and dots; a part that does not exist is kept.
    private static func canonical(_ path: String) -> String {
        var existing = URL(fileURLWithPath: path).standardizedFileURL.path
        var rest: [String] = []
        while true {
            if let resolved = realpath(existing, nil) {
                defer { free(resolved) }
                let base = String(cString: resolved)
                return ([base == "/" ? "" : base] + rest).joined(separator: "/")
            }
            guard let slash = existing.lastIndex(of: "/"), existing != "/" else { return path }
            rest.insert(String(existing[existing.index(after: slash)...]), at: 0)
            existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
        }
    }
}
