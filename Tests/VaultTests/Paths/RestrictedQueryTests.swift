import Foundation
import Testing

@testable import Vault

/// Lists, search, tags and counts of a vault restricted to some folders.
@Suite struct RestrictedQueryTests {
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

    private func pages(_ vault: Vault, _ query: SearchQuery) async throws -> [String] {
        var query = query
        var paths: [String] = []
        repeat {
            let page = try await vault.search(query)
            #expect(page.hits.count <= query.limit)
            paths += page.hits.map(\.path)
            query.cursor = page.nextCursor
        } while query.cursor != nil
        return paths
    }

    /// Runs `body` with 20 notes in each of six folders, and the vault restricted to three of these.
    private func withManyNotes(_ body: (_ whole: Vault, _ held: Vault) async throws -> Void) async throws {
        try await withVault { rig, vault in
            for index in 0..<20 {
                for folder in ["work", "work/sub", "workshop", "Work", "home/a", "home/b"] {
                    try rig.put("# Note \(19 - index)\n\nword #t\(index % 2)", at: "\(folder)/n\(index).md")
                }
            }
            try await body(vault, try vault.restricted(to: ["work", "work/sub", "home/a"]))
        }
    }

    private func isInside(_ path: String) -> Bool { path.hasPrefix("work/") || path.hasPrefix("home/a/") }

    @Test(arguments: [
        ("", ["work/deep/ideas.md", "work/plan.md"]), ("work", ["work/deep/ideas.md", "work/plan.md"]),
        ("work/deep", ["work/deep/ideas.md"]), ("work/dee", []), ("workshop", []), ("Work", []),
    ])
    func aFolderIsListedAsFarAsItIsInside(_ folder: String, _ paths: [String]) async throws {
        try await withRestrictedVault { _, _, held in
            for sort in NoteSort.allCases {
                let listed = try await held.paths(NoteQuery(folder: folder, sort: sort))
                #expect(listed.sorted() == paths)
            }
        }
    }

    @Test func aListHasNotesInsideOnly() async throws {
        try await withRestrictedVault { _, _, held in
            let paths = try await held.paths()
            #expect(paths == ["work/deep/ideas.md", "work/plan.md"])
        }
    }

    @Test func aTagNarrowsTheListToNotesInside() async throws {
        try await withRestrictedVault { _, whole, held in
            let all = try await whole.paths(NoteQuery(tag: "apple"))
            #expect(all.count == 4)
            let apple = try await held.paths(NoteQuery(tag: "apple"))
            #expect(apple == ["work/plan.md"])
            let deep = try await held.paths(NoteQuery(folder: "work/deep", tag: "apple"))
            #expect(deep.isEmpty)
            let secret = try await held.paths(NoteQuery(tag: "secret"))
            #expect(secret.isEmpty)
        }
    }

    @Test func pagesAreFullOfNotesInside() async throws {
        try await self.withManyNotes { whole, held in
            for sort in NoteSort.allCases {
                for tag in [nil, "t1"] {
                    let all = try await self.pages(whole, NoteQuery(tag: tag, sort: sort, limit: 1000))
                    let expected = all.filter { self.isInside($0) }
                    #expect(expected.count == (tag == nil ? 60 : 30))
                    for limit in [7, 30, 60, 1000] {
                        let paged = try await self.pages(held, NoteQuery(tag: tag, sort: sort, limit: limit))
                        #expect(paged == expected)
                    }
                }
            }
            let first = try await held.list(NoteQuery(limit: 59))
            #expect(first.notes.count == 59)
            #expect(first.nextCursor != nil)
            let full = try await held.list(NoteQuery(limit: 60))
            #expect(full.notes.count == 60)
            #expect(full.nextCursor == nil)
        }
    }

    @Test func aCursorDoesNotWidenARestriction() async throws {
        try await withRestrictedVault { _, whole, held in
            let page = try await whole.list(NoteQuery(limit: 1))
            #expect(page.notes.map(\.path) == ["diary.md"])
            let paths = try await held.paths(NoteQuery(after: page.nextCursor))
            #expect(paths == ["work/deep/ideas.md", "work/plan.md"])
            let found = try await whole.search(SearchQuery(text: "apples", limit: 1))
            let rest = try await held.search(SearchQuery(text: "apples", cursor: found.nextCursor)).hits
            #expect(rest.isEmpty)
        }
    }

    @Test(arguments: [
        ("apples", ["work/plan.md"]), ("hammers", []), ("hammers apples", ["work/plan.md"]), ("hammers garden", []),
        ("hammers pears", ["work/deep/ideas.md"]), ("apples pears", ["work/deep/ideas.md", "work/plan.md"]),
        ("tag:apple", ["work/plan.md"]), ("tag:secret", []), ("folder:work", ["work/deep/ideas.md", "work/plan.md"]),
        ("folder:workshop", []), ("apples folder:workshop", []), ("apples -folder:workshop", ["work/plan.md"]),
        ("-pears", ["work/plan.md"]), ("title:plan", ["work/plan.md"]), ("title:capital", []),
    ])
    func aSearchFindsNotesInsideOnly(_ query: String, _ paths: [String]) async throws {
        try await withRestrictedVault { _, _, held in
            let found = try await held.found(query).sorted()
            #expect(found == paths)
        }
    }

    @Test func filtersOfTheCallNarrowTheSearchToNotesInside() async throws {
        try await withRestrictedVault { _, _, held in
            let capital = try await held.search(SearchQuery(text: "apples", folder: "Work")).hits
            #expect(capital.isEmpty)
            let tagged = try await held.search(SearchQuery(text: "apples", tags: ["apple"])).hits.map(\.path)
            #expect(tagged == ["work/plan.md"])
            let recent = try await held.search(
                SearchQuery(text: "", updatedAfter: Date(timeIntervalSince1970: 0))
            )
            #expect(recent.hits.map(\.path).sorted() == ["work/deep/ideas.md", "work/plan.md"])
        }
    }

    @Test(arguments: ["word", "word zebra"])
    func pagesOfASearchAreFullOfNotesInside(_ text: String) async throws {
        try await self.withManyNotes { whole, held in
            let all = try await self.pages(whole, SearchQuery(text: text, limit: 100))
            #expect(all.count == 120)
            for limit in [7, 60, 100] {
                let paged = try await self.pages(held, SearchQuery(text: text, limit: limit))
                #expect(paged.sorted() == all.filter { self.isInside($0) }.sorted())
            }
            let full = try await held.search(SearchQuery(text: text, limit: 60))
            #expect(full.nextCursor == nil)
        }
    }

    @Test func tagsAndCountsAreOfNotesInside() async throws {
        try await withRestrictedVault { _, whole, held in
            let tags = try await held.tags()
            #expect(
                tags == [
                    TagCount(tag: "apple", count: 1), TagCount(tag: "pear", count: 1), TagCount(tag: "work", count: 1),
                ]
            )
            let all = try await whole.tags().first
            #expect(all == TagCount(tag: "apple", count: 4))
            let count = try await held.noteCount()
            #expect(count == 2)
            let size = try await held.size()
            let bytes = try await held.list(NoteQuery()).notes.reduce(0) { $0 + $1.sizeBytes }
            #expect((size.notes, size.bytes) == (2, bytes))
            let wholeCount = try await whole.noteCount()
            #expect(wholeCount == 6)
        }
    }

    @Test func aFolderWithoutNotesHasNothing() async throws {
        try await withRestrictedVault { _, whole, _ in
            let held = try whole.restricted(to: ["nothing"])
            let paths = try await held.paths()
            #expect(paths.isEmpty)
            let found = try await held.found("apples pears")
            #expect(found.isEmpty)
            let tags = try await held.tags()
            #expect(tags.isEmpty)
            let size = try await held.size()
            #expect((size.notes, size.bytes) == (0, 0))
        }
    }

    @Test func theMaximumOfFoldersFitsIntoAStatement() async throws {
        try await withRestrictedVault { _, whole, _ in
            let held = try whole.restricted(to: (1..<Scope.maxFolders).map { "f\($0)" } + ["work"])
            let paths = try await held.paths(NoteQuery(folder: "work", tag: "apple"))
            #expect(paths == ["work/plan.md"])
            let found = try await held.found("apples hammers")
            #expect(found == ["work/plan.md"])
            let note = try await held.read("work/plan.md")
            #expect(note.backlinksCount == 1)
            let backlinks = try await held.backlinks(to: "work/plan.md")
            #expect(backlinks.count == 1)
            let tags = try await held.tags()
            #expect(tags.count == 3)
        }
    }
}
