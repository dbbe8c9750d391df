import Files
import Foundation
import Testing

@testable import Vault

@Suite struct NoteCacheTests {
    private func note(_ path: String, bytes: Int) throws -> StoredNote {
        StoredNote(path: try NotePath(path), bytes: [UInt8](repeating: 0x61, count: bytes), updated: 0)
    }

    private func key(_ user: String, _ path: String) throws -> NoteCache.Key {
        NoteCache.Key(user: try UserFolder(user: user), path: try NotePath(path))
    }

    private func stamp(_ size: Int) throws -> FileStamp {
        let rig = try VaultRig()
        try rig.put(String(repeating: "a", count: size), at: "a.md")
        let folder = try Folder.openOrCreate(path: rig.vaultsPath + "/ann")
        return FileStamp(try #require(try folder.status(of: "a.md")))
    }

    @Test func aNoteIsFoundForItsOwnStateOnly() throws {
        let cache = NoteCache(bytes: 1 << 20)
        let key = try self.key("ann", "a.md")
        let (one, two) = (try self.stamp(1), try self.stamp(2))
        cache.insert(try self.note("a.md", bytes: 10), key, stamp: one)
        #expect(cache.note(key, stamp: one)?.path == key.path)
        #expect(cache.note(key, stamp: two) == nil)
        let other = try self.key("bob", "a.md")
        #expect(cache.note(other, stamp: one) == nil)
    }

    @Test func theOldestNotesAreEvicted() throws {
        let cache = NoteCache(bytes: 10 * 2048)
        let stamp = try self.stamp(1)
        let keys = try (0..<30).map { try self.key("ann", "n\($0).md") }
        for key in keys {
            cache.insert(try self.note(key.path.text, bytes: 1000), key, stamp: stamp)
            _ = cache.note(keys[0], stamp: stamp)
        }
        let kept = keys.filter { cache.note($0, stamp: stamp) != nil }
        #expect(kept.count >= 8 && kept.count <= 10)
        #expect(kept.contains(keys[0]))
        #expect(kept.contains(keys[29]))
        cache.insert(try self.note("huge.md", bytes: 15_000), try self.key("ann", "huge.md"), stamp: stamp)
        #expect(cache.note(keys[29], stamp: stamp) != nil)
    }

    @Test func aChangeFromOutsideIsSeenAtOnce() async throws {
        try await withVault { rig, vault in
            try rig.put("one", at: "a.md")
            for text in ["one", "two", "six"] {
                try rig.put(text, at: "a.md")
                let body = try await vault.read("a.md").body
                #expect(body == text)
                let again = try await vault.read("a.md").body
                #expect(again == text)
            }
        }
    }
}
