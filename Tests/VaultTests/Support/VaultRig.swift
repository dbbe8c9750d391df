import Encodings
import Foundation
import GRDB
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Vault

/// Vaults in a temporary folder, with a clock that tests advance.
final class VaultRig: Sendable {
    let folder: URL
    private let time = Mutex(Date(timeIntervalSince1970: 1_767_225_600))  // 2026-01-01T00:00:00Z

    init() throws {
        self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("carrel-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    var vaultsPath: String { self.folder.path + "/vaults" }
    var indexPath: String { self.folder.path + "/index" }

    func advance(by seconds: TimeInterval) { self.time.withLock { $0 += seconds } }

    func configuration(journalMode: JournalMode = .automatic) -> VaultConfiguration {
        VaultConfiguration(vaultsPath: self.vaultsPath, indexPath: self.indexPath, journalMode: journalMode)
    }

    /// Another store over the same folders, as in another worker.
    func store(_ configuration: VaultConfiguration? = nil, hooks: StoreHooks = StoreHooks()) throws -> VaultStore {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try VaultStore(
            configuration: configuration ?? self.configuration(),
            now: { self.time.withLock { $0 } },
            hooks: hooks,
            logger: logger
        )
    }

    func file(_ path: String, of user: String = "ann") -> URL {
        self.folder.appendingPathComponent("vaults/\(user)/\(path)")
    }

    /// Writes a file into a user's folder, as an editor would.
    func put(_ text: String, at path: String, of user: String = "ann") throws {
        try self.put(Data(text.utf8), at: path, of: user)
    }

    func put(_ data: Data, at path: String, of user: String = "ann") throws {
        let file = self.file(path, of: user)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func text(of path: String, of user: String = "ann") throws -> String {
        String(decoding: try Data(contentsOf: self.file(path, of: user)), as: UTF8.self)
    }

    /// Creates a symbolic link.
    func link(_ path: String, to target: String, of user: String = "ann") throws {
        let file = self.file(path, of: user)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target)
    }

    func exists(_ path: String, of user: String = "ann") -> Bool {
        FileManager.default.fileExists(atPath: self.file(path, of: user).path)
    }

    func setMode(_ mode: Int, of path: String, user: String = "ann") throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: self.file(path, of: user).path)
    }

    func mode(of path: String, user: String = "ann") throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: self.file(path, of: user).path)[.posixPermissions] as? Int
    }

    /// Copies all files as they are now, as after a power cut.
    func copy() throws -> VaultRig {
        let copy = try VaultRig()
        try FileManager.default.removeItem(at: copy.folder)
        let status = try ChildProcess(["cp", "-a", self.folder.path, copy.folder.path]).wait()
        #expect(status == 0)
        return copy
    }

    deinit {
        do { try FileManager.default.removeItem(at: self.folder) } catch {}
    }
}

/// Runs `body` with vaults in a temporary folder.
func withVault<Result>(
    _ user: String = "ann",
    hooks: StoreHooks = StoreHooks(),
    _ body: (VaultRig, Vault) async throws -> Result
) async throws -> Result {
    let rig = try VaultRig()
    let store = try rig.store(hooks: hooks)
    let result = try await body(rig, try store.vault(of: user))
    await store.close()
    return result
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

extension Vault {
    @discardableResult
    func write(_ path: String, _ body: String, metadata: JSONObject? = nil) async throws -> WrittenNote {
        try await self.write(NoteDraft(path: path, body: body, metadata: metadata))
    }

    func paths(_ query: NoteQuery = NoteQuery()) async throws -> [String] {
        try await self.list(query).notes.map(\.path)
    }

    func found(_ text: String) async throws -> [String] {
        try await self.search(SearchQuery(text: text)).hits.map(\.path)
    }
}
