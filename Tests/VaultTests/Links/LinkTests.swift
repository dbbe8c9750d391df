import Testing

@testable import Vault

@Suite struct LinkTests {
    private func resolved(_ vault: Vault, _ path: String) async throws -> [String?] {
        try await vault.read(path).links.map(\.resolvedPath)
    }

    @Test func aLinkResolvesOnceItsNoteExists() async throws {
        try await withVault { rig, vault in
            try await vault.write("from.md", "See [[Future Note]] and [it](later/other.md)")
            let before = try await self.resolved(vault, "from.md")
            #expect(before == [nil, nil])
            try await vault.write("x/future-note.md", "here")
            rig.advance(by: 1)
            try await vault.write("later/other.md", "there")
            let after = try await self.resolved(vault, "from.md")
            #expect(after == ["x/future-note.md", "later/other.md"])
            let count = try await vault.read("x/future-note.md").backlinksCount
            #expect(count == 1)
        }
    }

    @Test func aLinkFollowsTitleAndDeletion() async throws {
        try await withVault { _, vault in
            try await vault.write("from.md", "[[The Plan]]")
            try await vault.write("b.md", "# The Plan")
            try await vault.write("a.md", "# Other")
            var links = try await self.resolved(vault, "from.md")
            #expect(links == ["b.md"])
            try await vault.write("a.md", "# The plan")
            links = try await self.resolved(vault, "from.md")
            #expect(links == ["a.md"])
            try await vault.write("a.md", "# Not any more")
            links = try await self.resolved(vault, "from.md")
            #expect(links == ["b.md"])
            _ = try await vault.delete("b.md", ifMatch: nil)
            links = try await self.resolved(vault, "from.md")
            #expect(links == [nil])
        }
    }

    @Test func theSameFolderComesFirstThenTheFirstPath() async throws {
        try await withVault { _, vault in
            for path in ["b/note.md", "a/note.md", "c/note.md"] { try await vault.write(path, "x") }
            try await vault.write("c/from.md", "[[note]]")
            try await vault.write("d/from.md", "[[note]]")
            let same = try await self.resolved(vault, "c/from.md")
            #expect(same == ["c/note.md"])
            let first = try await self.resolved(vault, "d/from.md")
            #expect(first == ["a/note.md"])
        }
    }

    @Test func pathsComeBeforeTitles() async throws {
        try await withVault { _, vault in
            try await vault.write("a.md", "# target")
            try await vault.write("z/target.md", "x")
            try await vault.write(
                "z/from.md",
                "[[target]] [[z/target]] [[z/target.md]] [[/z/target]] [[./target]] [[../a]]"
            )
            let links = try await self.resolved(vault, "z/from.md")
            #expect(links == ["z/target.md", "z/target.md", "z/target.md", "z/target.md", "z/target.md", "a.md"])
        }
    }

    @Test func markdownLinksAreRelative() async throws {
        try await withVault { _, vault in
            try await vault.write("a/b/deep note.md", "x")
            try await vault.write("top.md", "x")
            try await vault.write(
                "a/from.md",
                "[1](b/deep%20note.md) [2](../top.md#part) [3](/top.md) [4](../../outside.md) [5](top.md) [6](missing.md)"
            )
            let links = try await self.resolved(vault, "a/from.md")
            #expect(links == ["a/b/deep note.md", "top.md", "top.md", nil, "top.md", nil])
        }
    }

    @Test(arguments: [
        ("Über Größe.md", "ÜBER GRÖSSE"), ("naïve_plan.md", "Naïve Plan"), ("日本語 メモ.md", "日本語　メモ"),
        ("План работ.md", "план_РАБОТ"),
        ("ｆｕｌｌ.md", "full"), ("Καφές.md", "ΚΑΦΈΣ"), ("TCP.md", "tcp"),
    ])
    func namesAreComparedInAnyScript(_ path: String, _ link: String) async throws {
        try await withVault { _, vault in
            try await vault.write(path, "x")
            try await vault.write("from.md", "[[\(link)]]")
            let links = try await self.resolved(vault, "from.md")
            #expect(links == [path])
        }
    }

    @Test func aTitleWithASlashIsFound() async throws {
        try await withVault { _, vault in
            try await vault.write("net.md", "# TCP/IP")
            try await vault.write("from.md", "[[TCP/IP]]")
            let links = try await self.resolved(vault, "from.md")
            #expect(links == ["net.md"])
        }
    }

    @Test func backlinksComeLastUpdatedFirstAndOncePerNote() async throws {
        try await withVault { rig, vault in
            try await vault.write("target.md", "[[target]] to itself")
            for name in ["one", "two", "three"] {
                rig.advance(by: 60)
                try await vault.write("\(name).md", "# \(name)\n\nfirst [[target]] line\n\nsecond [[Target|x]]")
            }
            rig.advance(by: 60)
            try await vault.write("one.md", "now [[target#part]]")
            let backlinks = try await vault.backlinks(to: "target.md")
            #expect(backlinks.map(\.path) == ["one.md", "three.md", "two.md"])
            #expect(backlinks.map(\.title) == ["one", "three", "two"])
            #expect(
                backlinks.map(\.context) == ["now [[target#part]]", "first [[target]] line", "first [[target]] line"]
            )
            let count = try await vault.read("target.md").backlinksCount
            #expect(count == 3)
        }
    }

    @Test func theContextOfALongLineSurroundsTheLink() async throws {
        try await withVault { _, vault in
            try await vault.write("t.md", "x")
            try await vault.write(
                "a.md",
                String(repeating: "é word ", count: 500) + "[[t]]" + String(repeating: " wörd", count: 500)
            )
            let context = try await vault.backlinks(to: "t.md").first?.context
            #expect(context?.contains("[[t]]") == true)
            #expect((context?.count ?? 0) <= 242)
        }
    }

    @Test func aRebuiltIndexHasTheSameLinks() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        let vault = try store.vault(of: "ann")
        for index in 0..<20 {
            try await vault.write(
                "f\(index % 3)/n\(index).md",
                "# Note \(index)\n[[n\((index + 1) % 20)]] [[Note \((index + 7) % 25)]] [x](n\(index + 3).md)"
            )
        }
        var before: [[NoteLink]] = []
        for path in try await vault.paths() { before.append(try await vault.read(path).links) }
        await store.close()
        try removeIndex(rig)
        let again = try rig.store()
        var after: [[NoteLink]] = []
        for path in try await again.vault(of: "ann").paths() {
            after.append(try await again.vault(of: "ann").read(path).links)
        }
        #expect(after == before)
        #expect(after.joined().contains { $0.resolvedPath != nil })
        await again.close()
    }
}
