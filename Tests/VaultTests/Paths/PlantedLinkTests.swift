import Foundation
import Testing

@testable import Vault

/// Symbolic links that an attacker with access to the volume creates to lead a worker out of the vault.
@Suite struct PlantedLinkTests {
    private func expectRefused(_ call: () async throws -> some Any) async throws {
        let error = try await failure(call)
        #expect(error?.code == .invalidPath)
        #expect(error?.traversal == true)
    }

    @Test func aLinkInThePlaceOfANoteIsNotFollowed() async throws {
        try await withVault { rig, vault in
            try rig.put("secret", at: "note.md", of: "bob")
            try await vault.write("own.md", "x")
            try rig.link("note.md", to: rig.file("note.md", of: "bob").path)
            try await self.expectRefused { try await vault.read("note.md") }
            try await self.expectRefused { try await vault.write("note.md", "mine") }
            try await self.expectRefused { try await vault.delete("note.md", ifMatch: nil) }
            let secret = try rig.text(of: "note.md", of: "bob")
            #expect(secret == "secret")
        }
    }

    @Test func aLinkInThePlaceOfAFolderIsNotFollowed() async throws {
        try await withVault { rig, vault in
            try rig.put("secret", at: "deep/note.md", of: "bob")
            try rig.link("deep", to: rig.file("deep", of: "bob").path)
            try rig.link("a/deep", to: "../../bob/deep")
            for path in ["deep/note.md", "deep/new.md", "a/deep/note.md"] {
                try await self.expectRefused { try await vault.read(path) }
                try await self.expectRefused { try await vault.write(path, "mine") }
                try await self.expectRefused { try await vault.delete(path, ifMatch: nil) }
            }
            #expect(!rig.exists("deep/new.md", of: "bob"))
        }
    }

    @Test func aLinkInThePlaceOfTheVaultIsNotFollowed() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let bob = try store.vault(of: "bob")
        try await bob.write("note.md", "secret")
        try FileManager.default.createSymbolicLink(
            atPath: rig.vaultsPath + "/ann",
            withDestinationPath: rig.vaultsPath + "/bob"
        )
        let ann = try store.vault(of: "ann")
        try await self.expectRefused { try await ann.read("note.md") }
        try await self.expectRefused { try await ann.list(NoteQuery()) }
        try await self.expectRefused { try await ann.write("note.md", "mine") }
        await store.close()
    }

    @Test(arguments: [".carrel", ".carrel/lock", ".carrel/intents"])
    func aLinkInThePrivateFolderIsNotFollowed(_ path: String) async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let outside = rig.folder.appendingPathComponent("outside")
        try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
        try rig.link(path, to: path.hasSuffix("lock") ? outside.path + "/lock" : outside.path)
        let vault = try store.vault(of: "ann")
        try await self.expectRefused { try await vault.write("note.md", "x") }
        let contents = try FileManager.default.contentsOfDirectory(atPath: outside.path)
        #expect(contents.isEmpty)
        await store.close()
    }

    @Test(arguments: ["ann.db", "ann.db-wal", "ann.db-journal", "ann.db-shm"])
    func aLinkInThePlaceOfTheIndexIsPutAside(_ name: String) async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let outside = rig.folder.appendingPathComponent("outside.db")
        try Data("keep".utf8).write(to: outside)
        try rig.put("hello", at: "note.md")
        try FileManager.default.createSymbolicLink(
            atPath: rig.indexPath + "/" + name,
            withDestinationPath: outside.path
        )
        let vault = try store.vault(of: "ann")
        let paths = try await vault.paths()
        #expect(paths == ["note.md"])
        let kept = try Data(contentsOf: outside)
        #expect(kept == Data("keep".utf8))
        await store.close()
    }

    @Test func specialFilesAreRejected() async throws {
        try await withVault { rig, vault in
            try await vault.write("own.md", "x")
            try FileManager.default.createDirectory(at: rig.file("folder.md"), withIntermediateDirectories: true)
            mkfifo(rig.file("pipe.md").path, 0o600)
            for path in ["folder.md", "pipe.md"] {
                let read = try await failure { try await vault.read(path) }
                #expect(read?.code == .invalidPath)
                let write = try await failure { try await vault.write(path, "x") }
                #expect(write?.code == .invalidPath)
            }
            let below = try await failure { try await vault.write("own.md/below.md", "x") }
            #expect(below?.code == .invalidPath)
        }
    }

    @Test func linksHiddenFilesAndBadNamesAreLeftOutOfAnIndex() async throws {
        try await withVault { rig, vault in
            try rig.put("x", at: "good.md")
            try rig.put("x", at: ".hidden.md")
            try rig.put("x", at: ".git/a.md")
            try rig.put("x", at: "a:b.md")
            try rig.put("x", at: "notes.txt")
            try rig.put("x", at: "cafe\u{301}.md")
            try rig.link("link.md", to: "good.md")
            try rig.link("loop", to: ".")
            let paths = try await vault.paths()
            #expect(paths == ["good.md"])
        }
    }
}
