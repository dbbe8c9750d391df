import Encodings
import Testing

@testable import Vault

@Suite struct ListingTests {
    private func pages(_ vault: Vault, _ query: NoteQuery) async throws -> [String] {
        var query = query
        var paths: [String] = []
        repeat {
            let page = try await vault.list(query)
            #expect(page.notes.count <= query.limit)
            paths += page.notes.map(\.path)
            query.cursor = page.nextCursor
        } while query.cursor != nil
        return paths
    }

    @Test func pathsSortCaseInsensitively() async throws {
        try await withVault { _, vault in
            for path in ["b.md", "B.md", "a/z.md", "A.md", "é.md", "a/B.md", "Z.md", "a b.md"] {
                try await vault.write(path, "x")
            }
            let all = try await vault.paths()
            #expect(all == ["a b.md", "A.md", "a/B.md", "a/z.md", "B.md", "b.md", "Z.md", "é.md"])
            for limit in [1, 2, 3, 8, 100] {
                let paged = try await self.pages(vault, NoteQuery(limit: limit))
                #expect(paged == all)
            }
        }
    }

    @Test func notesComeByTitleAndByTime() async throws {
        try await withVault { rig, vault in
            for (path, title) in [
                ("a.md", "Zebra"), ("b.md", "apple"), ("c.md", "Apple"), ("d.md", "middle"), ("e.md", "apple"),
            ] {
                try await vault.write(path, "# \(title)")
                if path != "c.md" { rig.advance(by: 1) }
            }
            for limit in [1, 2, 100] {
                let titles = try await self.pages(vault, NoteQuery(sort: .title, limit: limit))
                #expect(titles == ["b.md", "c.md", "e.md", "d.md", "a.md"])
                let times = try await self.pages(vault, NoteQuery(sort: .updated, limit: limit))
                #expect(times == ["e.md", "c.md", "d.md", "b.md", "a.md"])
            }
        }
    }

    @Test func aFolderHasItsNotesAndThoseOfItsFolders() async throws {
        try await withVault { _, vault in
            for path in ["a.md", "a/x.md", "a/b/y.md", "A/z.md", "ab/w.md", "a b/v.md", "a_/q.md", "%/r.md"] {
                try await vault.write(path, "x")
            }
            for (folder, paths) in [
                ("a", ["a/b/y.md", "a/x.md"]), ("a/", ["a/b/y.md", "a/x.md"]), ("A", ["A/z.md"]), ("a/b", ["a/b/y.md"]),
                ("%", ["%/r.md"]),
                ("none", []), ("a_", ["a_/q.md"]),
            ] {
                let listed = try await self.pages(vault, NoteQuery(folder: folder, limit: 1))
                #expect(listed == paths)
            }
            let all = try await self.pages(vault, NoteQuery(folder: "", limit: 3))
            #expect(all.count == 8)
        }
    }

    @Test func aTagNarrowsTheList() async throws {
        try await withVault { _, vault in
            try await vault.write("a.md", "#One #two")
            try await vault.write("b.md", "x", metadata: ["tags": ["ONE", "with space"]])
            try await vault.write("f/c.md", "#one/sub #one")
            for sort in NoteSort.allCases {
                let tagged = try await self.pages(vault, NoteQuery(tag: "#One", sort: sort, limit: 1))
                #expect(tagged.sorted() == ["a.md", "b.md", "f/c.md"])
            }
            let both = try await self.pages(vault, NoteQuery(folder: "f", tag: "one"))
            #expect(both == ["f/c.md"])
            let counts = try await vault.tags()
            #expect(counts.map(\.tag) == ["one", "one/sub", "two", "with space"])
            #expect(counts.map(\.count) == [3, 1, 1, 1])
            let tags = try await vault.list(NoteQuery()).notes.map(\.tags)
            #expect(tags == [["one", "two"], ["one", "with space"], ["one", "one/sub"]])
        }
    }

    @Test func invalidArgumentsAreRejected() async throws {
        try await withVault { _, vault in
            try await vault.write("a.md", "x")
            try await vault.write("b.md", "x")
            let cursor = try #require(try await vault.list(NoteQuery(limit: 1)).nextCursor)
            for query in [
                NoteQuery(limit: 0), NoteQuery(limit: 1001), NoteQuery(after: "x"), NoteQuery(after: "é"),
                NoteQuery(after: ""),
                NoteQuery(sort: .title, after: cursor), NoteQuery(after: String(repeating: "A", count: 10_000)),
            ] {
                let error = try await failure { try await vault.list(query) }
                #expect(error?.code == .validationError)
            }
            for folder in ["..", "/a", "a\\b"] {
                let error = try await failure { try await vault.list(NoteQuery(folder: folder)) }
                #expect(error?.code == .invalidPath)
            }
        }
    }

    @Test func changesBetweenPagesSkipNoNote() async throws {
        try await withVault { _, vault in
            for index in 0..<6 { try await vault.write("n\(index).md", "x") }
            let first = try await vault.list(NoteQuery(limit: 3))
            _ = try await vault.delete("n2.md", ifMatch: nil)
            try await vault.write("n25.md", "x")
            let second = try await vault.list(NoteQuery(limit: 10, after: first.nextCursor))
            #expect(second.notes.map(\.path) == ["n25.md", "n3.md", "n4.md", "n5.md"])
        }
    }

    @Test func anyTextSurvivesACursor() {
        for text in ["", "a", "ab", "abc", "é\n日本🎉", String(repeating: "x", count: 1000)] {
            let encoded = CursorText.encode(text)
            #expect(CursorText.decode(encoded) == text)
        }
    }
}
