import Files
import Foundation
import GRDB
import Glibc
import Synchronization
import Testing

@testable import Vault

/// The volume or the index fails in the middle of a write.
@Suite struct FailingVolumeTests {
    /// Fails writes at a step, while it is armed.
    private final class Failing: Sendable {
        private let state = Mutex<(step: WriteStep, error: any Error)?>(nil)

        func arm(_ step: WriteStep, _ error: any Error) { self.state.withLock { $0 = (step, error) } }
        func disarm() { self.state.withLock { $0 = nil } }

        var hooks: StoreHooks {
            StoreHooks(reached: { step in
                if let armed = self.state.withLock({ $0 }), armed.step == step { throw armed.error }
            })
        }
    }

    @Test(arguments: [WriteStep.locked, .intentWritten, .temporaryWritten], [ENOSPC, EROFS, EIO, EDQUOT, EMFILE])
    func beforeTheReplacementTheOldNoteStays(_ step: WriteStep, _ code: Int32) async throws {
        let failing = Failing()
        try await withVault(hooks: failing.hooks) { rig, vault in
            let old = try await vault.write("a.md", "old").note
            failing.arm(step, FilesError("write", errno: code))
            for path in ["a.md", "f/new.md"] {
                let error = try await failure { try await vault.write(path, "new") }
                #expect(error?.code == .unavailable)
            }
            if step != .temporaryWritten {
                let error = try await failure { try await vault.delete("a.md", ifMatch: nil) }
                #expect(error?.code == .unavailable)
            }
            failing.disarm()
            let note = try await vault.read("a.md")
            #expect(note == old)
            let names = try FileManager.default.subpathsOfDirectory(atPath: rig.vaultsPath)
            #expect(!names.contains { $0.hasSuffix(".tmp") || $0.hasSuffix(".intent") })
            let paths = try await vault.paths()
            #expect(paths == ["a.md"])
        }
    }

    @Test(arguments: [
        EIO, ENOSPC, EDQUOT, EROFS, EACCES, EPERM, EMFILE, ENFILE, ENOMEM, ESTALE, ENOLCK, ENOTCONN, ETIMEDOUT, ENODEV,
        EHOSTDOWN, EREMOTEIO, ENOSYS, ENOENT,
    ])
    func everyErrorOfAVolumeIsUnavailable(_ code: Int32) async throws {
        let failing = Failing()
        try await withVault(hooks: failing.hooks) { _, vault in
            failing.arm(.intentWritten, FilesError("write", errno: code))
            let error = try await failure { try await vault.write("a.md", "new") }
            #expect(error?.code == .unavailable)
            #expect(error?.hint != nil)
            // System calls and error numbers are for the log.
            #expect(error?.message.contains("write:") == false)
            #expect(error?.cause is FilesError)
        }
    }

    @Test(arguments: [
        ResultCode.SQLITE_IOERR_LOCK, .SQLITE_IOERR_FSYNC, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_BUSY,
    ])
    func everyErrorOfAnIndexVolumeIsUnavailable(_ code: ResultCode) {
        let error = VaultError(describing: DatabaseError(resultCode: code))
        #expect(error.code == .unavailable)
        #expect(error.hint != nil)
    }

    @Test(arguments: [WriteStep.replaced, .folderSynced])
    func afterTheReplacementTheWriteSucceeds(_ step: WriteStep) async throws {
        let failing = Failing()
        try await withVault(hooks: failing.hooks) { rig, vault in
            try await vault.write("a.md", "old words")
            failing.arm(step, FilesError("fsync", errno: EIO))
            let written = try await vault.write("a.md", "new words")
            #expect(written.indexPending)
            #expect(written.note.body == "new words")
            let read = try await vault.read("a.md").body
            #expect(read == "new words")
            _ = try await vault.write("b.md", "x")
            _ = try await vault.delete("b.md", ifMatch: nil)
            failing.disarm()
            let next = try await vault.write("c.md", "x")
            #expect(!next.indexPending)
            let found = try await vault.found("new")
            #expect(found == ["a.md"])
            let paths = try await vault.paths()
            #expect(paths == ["a.md", "c.md"])
        }
    }

    @Test(arguments: [WriteStep.indexed, .intentRemoved])
    func aRemainingIntentIsRepairedToTheSameState(_ step: WriteStep) async throws {
        let failing = Failing()
        try await withVault(hooks: failing.hooks) { _, vault in
            failing.arm(step, FilesError("unlinkat", errno: EIO))
            let written = try await vault.write("a.md", "words")
            #expect(!written.indexPending)
            failing.disarm()
            try await vault.write("b.md", "x")
            let found = try await vault.found("words")
            #expect(found == ["a.md"])
        }
    }

    @Test func anUnwritableIndexDoesNotLoseTheNote() async throws {
        try await withVault { rig, vault in
            try await vault.write("a.md", "old")
            // Another process locks the index for longer than the busy timeout.
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let blocker = try DatabaseQueue(path: rig.indexPath + "/ann.db", configuration: configuration)
            try await blocker.writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
            }
            let written = try await vault.write("a.md", "new words")
            #expect(written.indexPending)
            try await blocker.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try blocker.close()
            try await vault.write("b.md", "x")
            let found = try await vault.found("words")
            #expect(found == ["a.md"])
        }
    }

    @Test func aFolderThatCannotBeCreatedIsAnError() throws {
        let configuration = VaultConfiguration(vaultsPath: "/proc/nowhere/vaults", indexPath: "/proc/nowhere/index")
        let rig = try VaultRig()
        let error = #expect(throws: VaultError.self) { try rig.store(configuration) }
        #expect(error?.code == .unavailable)
    }

    @Test func theProbeFailsWithTheVolume() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        try await store.probe()
        let left = try FileManager.default.contentsOfDirectory(atPath: rig.vaultsPath)
        // The mark of the volume; what the probe wrote is gone.
        #expect(left == [".carrel-volume"])
        try FileManager.default.removeItem(atPath: rig.vaultsPath)
        let error = try await failure { try await store.probe() }
        #expect(error?.code == .unavailable)
        await store.close()
    }
}
