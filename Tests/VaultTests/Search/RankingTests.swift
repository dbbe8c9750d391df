import Testing

@testable import Vault

@Suite struct RankingTests {
    private static let filler = String(repeating: "some other words to read here. ", count: 10)

    /// Notes without the word, so that it has a weight.
    private func fill(_ vault: Vault) async throws {
        for index in 0..<12 { try await vault.write("filler/\(index).md", Self.filler) }
    }

    @Test func titlesOutrankHeadingsAndHeadingsOutrankText() async throws {
        try await withVault { _, vault in
            try await self.fill(vault)
            try await vault.write("body.md", "# One\n\n## Two\n\nbudget " + Self.filler)
            try await vault.write("title.md", "# Budget\n\n## Two\n\nwords " + Self.filler)
            try await vault.write("heading.md", "# One\n\n## Budget\n\nwords " + Self.filler)
            let found = try await vault.search(SearchQuery(text: "budget")).hits
            #expect(found.map(\.path) == ["title.md", "heading.md", "body.md"])
            #expect(found.allSatisfy { $0.score > 0 })
            #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
        }
    }

    @Test func aNoteWithMoreOfAWordComesFirst() async throws {
        try await withVault { _, vault in
            try await self.fill(vault)
            try await vault.write("once.md", "kiwi " + Self.filler)
            try await vault.write("often.md", "kiwi kiwi kiwi kiwi " + Self.filler)
            let found = try await vault.found("kiwi")
            #expect(found == ["often.md", "once.md"])
        }
    }

    @Test func aRecentNoteComesFirst() async throws {
        try await withVault { rig, vault in
            try await self.fill(vault)
            for (path, days) in [("old.md", 40.0), ("month.md", 17.0), ("week.md", 3.0)] {
                try await vault.write(path, "mango " + Self.filler)
                rig.advance(by: days * 86400)
            }
            let hits = try await vault.search(SearchQuery(text: "mango")).hits
            #expect(hits.map(\.path) == ["week.md", "month.md", "old.md"])
            let steps = [hits[0].score - hits[1].score, hits[1].score - hits[2].score]
            #expect(steps.allSatisfy { abs($0 - 0.5) < 0.0001 })
        }
    }

    @Test func tiesSortByPath() async throws {
        try await withVault { _, vault in
            for path in ["c.md", "a.md", "b/a.md", "B.md"] { try await vault.write(path, "same words") }
            let found = try await vault.found("words")
            #expect(found == ["B.md", "a.md", "b/a.md", "c.md"])
        }
    }
}
