import Files
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Vault

/// Every step of every change fails with every error that a volume may give.
@Suite struct InjectedErrorTests {
    /// Fails writes at a step, once or always, while it is armed.
    private final class Failing: Sendable {
        private let state = Mutex<(step: WriteStep, errno: Int32, isOnce: Bool)?>(nil)

        func arm(_ step: WriteStep, _ errno: Int32, once isOnce: Bool) {
            self.state.withLock { $0 = (step, errno, isOnce) }
        }

        func disarm() { self.state.withLock { $0 = nil } }

        var hooks: StoreHooks {
            StoreHooks(reached: { step in
                let errno = self.state.withLock { state -> Int32? in
                    guard let armed = state, armed.step == step else { return nil }
                    if armed.isOnce { state = nil }
                    return armed.errno
                }
                if let errno { throw FilesError("write", errno: errno) }
            })
        }
    }

    private enum Change: CaseIterable {
        case create, lengthen, shorten, delete

        var path: String { self == .create ? "f/new.md" : "f/a.md" }
        var body: String {
            switch self {
            case .create: "# New\npear [[b]] #new"
            case .lengthen: "# New\n" + String(repeating: "pear ", count: 300) + "[[b]] #new"
            case .shorten: "pear"
            case .delete: ""
            }
        }
    }

    private static let old = "# Old\n" + String(repeating: "apple ", count: 100) + "[[b]] #old"
    private static let errors = [EIO, ENOSPC, EDQUOT, EROFS, EPERM, EMFILE, ESTALE, ENOLCK, ENOTCONN]
    private static let before: [WriteStep] = [.locked, .intentWritten, .temporaryWritten]

    @Test(arguments: WriteStep.allCases, Self.errors)
    func theNoteIsTheOldOrTheNewOne(_ step: WriteStep, _ code: Int32) async throws {
        for change in Change.allCases {
            try await self.check(change, step, code, once: false)
            // Some steps are repeated when there is no room.
            if code == ENOSPC { try await self.check(change, step, code, once: true) }
        }
    }

    private func check(_ change: Change, _ step: WriteStep, _ code: Int32, once isOnce: Bool) async throws {
        let failing = Failing()
        let rig = try VaultRig()
        let (store, other) = (try rig.store(hooks: failing.hooks), try rig.store())
        let (vault, again) = (try store.vault(of: "ann"), try other.vault(of: "ann"))
        try await vault.write("b.md", "other [[f/a]]")
        let old = try await vault.write("f/a.md", Self.old).note.body
        failing.arm(step, code, once: isOnce)
        let error = try await failure { try await self.make(change, in: vault) }
        let comment: Comment = "\(change) at \(step), \(String(cString: strerror(code)))"
        // Readers are not disturbed meanwhile.
        let isNew = try await self.isNew(change, old, in: vault, comment)
        _ = try await vault.list(NoteQuery())
        failing.disarm()
        #expect((error == nil) == isNew, comment)
        if let error {
            #expect(Self.before.contains(step), comment)
            #expect("\(error)".contains(String(cString: strerror(code))), comment)
        } else {
            #expect(!Self.before.contains(step) || change == .delete && step == .temporaryWritten || isOnce, comment)
        }
        try await vault.write("next.md", "next")
        for vault in [vault, again] {
            let isStillNew = try await self.isNew(change, old, in: vault, comment)
            #expect(isStillNew == isNew, comment)
            try await self.expectAgreement(change, isNew, in: vault, comment)
        }
        let names = try FileManager.default.subpathsOfDirectory(atPath: rig.vaultsPath)
        #expect(!names.contains { $0.hasSuffix(".tmp") || $0.hasSuffix(".intent") }, comment)
        await store.close()
        await other.close()
    }

    private func make(_ change: Change, in vault: Vault) async throws {
        if change == .delete {
            _ = try await vault.delete(change.path, ifMatch: nil)
        } else {
            try await vault.write(change.path, change.body)
        }
    }

    /// Whether a note is as a change makes it; expects that it is else as it was.
    private func isNew(_ change: Change, _ old: String, in vault: Vault, _ comment: Comment) async throws -> Bool {
        do {
            let body = try await vault.read(change.path).body
            if change == .create || body != old { #expect(body == change.body, comment) }
            return body == change.body
        } catch let error as VaultError where error.code == .notFound {
            #expect(change == .create || change == .delete, comment)
            return change == .delete
        }
    }

    private func expectAgreement(_ change: Change, _ isNew: Bool, in vault: Vault, _ comment: Comment) async throws {
        let isThere = change == .delete ? !isNew : change == .create ? isNew : true
        let listed = try await vault.paths()
        let others = ["b.md"] + (change == .create ? ["f/a.md"] : []) + ["next.md"]
        #expect(listed == (others + (isThere ? [change.path] : [])).sorted(), comment)
        let (apples, pears) = (try await vault.found("apple"), try await vault.found("pear"))
        #expect(apples.contains("f/a.md") == (change == .create || !isNew), comment)
        #expect(pears.contains(change.path) == (isNew && change != .delete), comment)
        for path in listed {
            let note = try await vault.read(path)
            let summary = try await vault.list(NoteQuery()).notes.first { $0.path == path }
            #expect(summary?.revision == note.revision, comment)
        }
    }
}
