import Encodings
import Testing

@testable import Vault

struct PageTests {
    private func tags(_ vault: Vault, limit: Int) async throws -> [TagCount] {
        var tags: [TagCount] = []
        var cursor: String?
        repeat {
            let page = try await vault.tags(PageQuery(limit: limit, after: cursor), into: [TagCount]()) {
                $0.append($1)
                return true
            }
            tags += page.content
            cursor = page.nextCursor
        } while cursor != nil && tags.count < 1000
        return tags
    }

    private func backlinks(_ vault: Vault, limit: Int) async throws -> [String] {
        var paths: [String] = []
        var cursor: String?
        repeat {
            let query = PageQuery(limit: limit, after: cursor)
            let page = try await vault.backlinks(to: "x/target.md", query, into: [String]()) {
                $0.append($1.path)
                return true
            }
            paths += page.content
            cursor = page.nextCursor
        } while cursor != nil && paths.count < 1000
        return paths
    }

    private func fill(_ rig: VaultRig, _ vault: Vault) async throws {
        try await vault.write("x/target.md", "# Target")
        for index in 0..<20 {
            if index % 4 == 0 { rig.advance(by: 1) }
            let folder = ["", "x/", "y/", "x/z/"][index % 4]
            let tags = (0...index % 7).map { "#t\($0)" }.joined(separator: " ")
            try await vault.write("\(folder)n\(index).md", "[[x/target]] \(tags) #own\(index)")
        }
    }

    @Test func pagesOfAnyLengthHaveTheSameElements() async throws {
        try await withVault { rig, vault in
            try await self.fill(rig, vault)
            for vault in [vault, try vault.restricted(to: ["x"]), try vault.restricted(to: ["y", "x"])] {
                let allTags = try await vault.tags()
                let allPaths = try await vault.backlinks(to: "x/target.md").map(\.path)
                #expect(allTags.count >= 7)
                #expect(allPaths.count >= 5)
                for limit in [1, 2, 3, 7, 1000] {
                    let tags = try await self.tags(vault, limit: limit)
                    #expect(tags == allTags)
                    let paths = try await self.backlinks(vault, limit: limit)
                    #expect(paths == allPaths)
                }
            }
        }
    }

    @Test func aPageEndsWhereItsContentIsFull() async throws {
        try await withVault { rig, vault in
            try await self.fill(rig, vault)
            let all = try await vault.paths()
            var paths: [String] = []
            var cursor: String?
            repeat {
                let page = try await vault.list(NoteQuery(after: cursor), into: [String]()) { content, note in
                    guard content.count < 3 else { return false }
                    content.append(note.path)
                    return true
                }
                #expect(page.content.count <= 3)
                paths += page.content
                cursor = page.nextCursor
            } while cursor != nil && paths.count < 1000
            #expect(paths == all)
        }
    }

    @Test func writesBetweenPagesRepeatNothing() async throws {
        try await withVault { rig, vault in
            try await self.fill(rig, vault)
            let first = try await vault.tags(PageQuery(limit: 5), into: [String]()) {
                $0.append($1.tag)
                return true
            }
            let firstLinks = try await vault.backlinks(to: "x/target.md", PageQuery(limit: 5), into: [String]()) {
                $0.append($1.path)
                return true
            }
            rig.advance(by: 60)
            try await vault.write("new.md", "[[x/target]] #own3")
            let rest = try await vault.tags(PageQuery(after: first.nextCursor), into: [String]()) {
                $0.append($1.tag)
                return true
            }
            _ = try await vault.delete(firstLinks.content[4], ifMatch: nil)
            let query = PageQuery(after: firstLinks.nextCursor)
            let restLinks = try await vault.backlinks(to: "x/target.md", query, into: [String]()) {
                $0.append($1.path)
                return true
            }
            #expect(Set(first.content).isDisjoint(with: rest.content))
            #expect(Set(firstLinks.content).isDisjoint(with: restLinks.content))
            #expect(firstLinks.content.count + restLinks.content.count == 20)
        }
    }

    @Test func aCursorIsOfOneList() async throws {
        try await withVault { rig, vault in
            try await self.fill(rig, vault)
            let notes = try await vault.list(NoteQuery(limit: 1)).nextCursor
            let tags = try await vault.tags(PageQuery(limit: 1), into: 0) { content, _ in
                content += 1
                return true
            }.nextCursor
            for cursor in [notes, "x", "", "é", String(repeating: "A", count: 10_000)] {
                let error = try await failure {
                    try await vault.tags(PageQuery(after: cursor), into: 0) { _, _ in true }
                }
                #expect(error?.code == .validationError)
            }
            for query in [PageQuery(after: tags), PageQuery(limit: 0), PageQuery(limit: 1001)] {
                let error = try await failure {
                    try await vault.backlinks(to: "x/target.md", query, into: 0) { _, _ in true }
                }
                #expect(error?.code == .validationError)
            }
        }
    }

    @Test func aListShowsTheFirstOfVeryManyTags() async throws {
        try await withVault { _, vault in
            let tags = (100..<500).map { "tag\($0)" }
            try await vault.write("a.md", "x", metadata: ["tags": .array(tags.map { .string($0) })])
            let note = try await vault.list(NoteQuery()).notes.first
            #expect(note?.hasMoreTags == true)
            #expect(note.map { tags.starts(with: $0.tags) } == true)
            #expect(note.map { $0.tags.count > 200 } == true)
        }
    }
}
