import Foundation
import TestSupport
import Testing

@testable import Vault

@Suite struct SearchQueryTests {
    private func withNotes(_ body: (VaultRig, Vault) async throws -> Void) async throws {
        try await withVault { rig, vault in
            try await vault.write("fruit/apple.md", "# Apple pie\n\nGreen apples are sour. #fruit #baking")
            try await vault.write("fruit/pear.md", "# Pear\n\nPears and green grapes, no pie here. #fruit")
            try await vault.write("work/plan.md", "# Plan\n\nThe apple project: planning a green launch. #work")
            try await vault.write(
                "work/deep/note.md",
                "# Deep\n\nRunning tests quickly. C++ and foo-bar_baz don't matter."
            )
            try await body(rig, vault)
        }
    }

    @Test(arguments: [
        ("apple", ["fruit/apple.md", "work/plan.md"]), ("apple sour", ["fruit/apple.md"]),
        ("\"green launch\"", ["work/plan.md"]),
        ("“green launch”", ["work/plan.md"]), ("\"launch green\"", []), ("gre* gra*", ["fruit/pear.md"]),
        ("\"green gra\"*", ["fruit/pear.md"]),
        ("apple -sour", ["work/plan.md"]), ("apple -\"green launch\"", ["fruit/apple.md"]),
        ("green tag:fruit", ["fruit/apple.md", "fruit/pear.md"]),
        ("green -tag:fruit", ["work/plan.md"]), ("green tag:#Fruit tag:baking", ["fruit/apple.md"]),
        ("green folder:work", ["work/plan.md"]),
        ("green -folder:fruit/", ["work/plan.md"]), ("title:apple", ["fruit/apple.md"]),
        ("title:\"apple pie\"", ["fruit/apple.md"]),
        ("TITLE:appl*", ["fruit/apple.md"]), ("green -title:plan", ["fruit/apple.md", "fruit/pear.md"]),
        ("run test", ["work/deep/note.md"]),
        ("c++", ["work/deep/note.md"]), ("foo-bar_baz", ["work/deep/note.md"]), ("don't", ["work/deep/note.md"]),
        ("tag:work", ["work/plan.md"]),
        ("folder:work/deep", ["work/deep/note.md"]), ("folder:wor", []), ("-green", ["work/deep/note.md"]),
        ("tag:", []), ("", []), ("   ", []),
        ("!!!", []), ("-", []), ("*", []), ("\"", []), ("\"\"", []), ("AND", ["fruit/pear.md", "work/deep/note.md"]),
        ("NEAR(apple", []),
        ("folder:../etc", []), ("tag:fruit -tag:fruit", []), ("zebra sour", ["fruit/apple.md"]), ("zebra unicorn", []),
    ])
    func queriesFindTheirNotes(_ query: String, _ paths: [String]) async throws {
        try await self.withNotes { _, vault in
            let found = try await vault.found(query).sorted()
            #expect(found == paths)
        }
    }

    @Test func filtersOfTheCallNarrowTheSearch() async throws {
        try await self.withNotes { rig, vault in
            let folder = try await vault.search(SearchQuery(text: "green", folder: "fruit")).hits.map(\.path).sorted()
            #expect(folder == ["fruit/apple.md", "fruit/pear.md"])
            let tags = try await vault.search(SearchQuery(text: "green", tags: ["Fruit", "#baking"])).hits.map(\.path)
            #expect(tags == ["fruit/apple.md"])
            rig.advance(by: 10)
            try await vault.write("new.md", "green")
            let after = Date(timeIntervalSince1970: 1_767_225_605)
            let recent = try await vault.search(SearchQuery(text: "green", updatedAfter: after)).hits.map(\.path)
            #expect(recent == ["new.md"])
            let all = try await vault.search(SearchQuery(text: "", updatedAfter: after)).hits.map(\.path)
            #expect(all == ["new.md"])
        }
    }

    @Test func invalidArgumentsAreRejected() async throws {
        try await self.withNotes { _, vault in
            let queries = [
                SearchQuery(text: "a", limit: 0), SearchQuery(text: "a", limit: 101),
                SearchQuery(text: "a", cursor: "x"),
                SearchQuery(text: "a", cursor: "!!"), SearchQuery(text: "a", tags: Array(repeating: "t", count: 21)),
            ]
            for query in queries {
                let error = try await failure { try await vault.search(query) }
                #expect(error?.code == .validationError)
            }
            let error = try await failure { try await vault.search(SearchQuery(text: "a", folder: "../x")) }
            #expect(error?.code == .invalidPath)
        }
    }

    @Test func aCursorLeadsToTheNextPage() async throws {
        try await withVault { _, vault in
            for index in 0..<25 { try await vault.write("n\(index).md", "word \(index % 3 == 0 ? "other" : "")") }
            for text in ["word", "word zebra"] {
                var paths: [String] = []
                var cursor: String?
                repeat {
                    let page = try await vault.search(SearchQuery(text: text, limit: 10, cursor: cursor))
                    paths += page.hits.map(\.path)
                    cursor = page.nextCursor
                } while cursor != nil
                #expect(paths.count == 25)
                #expect(Set(paths).count == 25)
            }
        }
    }

    @Test(arguments: ["word", "word zebra", "word -folder:x", "-zebra"])
    func writesBetweenPagesRepeatAndSkipNoHit(text: String) async throws {
        try await withVault { rig, vault in
            for index in 0..<40 {
                try await vault.write("n\(index).md", "word " + String(repeating: "more ", count: index % 10))
                if index % 8 == 0 { rig.advance(by: 86_400 * 4) }
            }
            var paths: [String] = []
            var cursor: String?
            var round = 0
            repeat {
                let page = try await vault.search(SearchQuery(text: text, limit: 6, cursor: cursor))
                paths += page.hits.map(\.path)
                cursor = page.nextCursor
                round += 1
                // Notes that rank first, others that change all scores, the last hit's deletion, and time.
                try await vault.write("new\(round).md", "# word\n\nword word")
                try await vault.write("other\(round).md", String(repeating: "text ", count: 200))
                if round % 2 == 0, let last = page.hits.last {
                    _ = try await vault.delete(last.path, ifMatch: nil)
                }
                rig.advance(by: 86_400)
            } while cursor != nil && round < 100
            let old = paths.filter { $0.hasPrefix("n") && !$0.hasPrefix("new") }
            #expect(old.count == 40)
            #expect(Set(old).count == 40)
            #expect(Set(paths).count == paths.count)
        }
    }

    @Test func anyQueryIsValid() async throws {
        try await self.withNotes { _, vault in
            var random = SeededGenerator(seed: 2)
            let pieces = [
                "apple", "green", " ", "  ", "\"", "'", "*", "-", "(", ")", ":", "tag:", "folder:", "title:", "AND",
                "OR", "NOT", "NEAR", "^",
                "{", "}", "+", ",", "\u{0}", "\u{1}", "\n", "北", "北京", "é", "🎉", "\\", "/", "..", "#", "%", ";", "--",
                "\u{FFFF}", "\u{202E}", "ﷺ", "۞",
                "́", "٣", "½", "Ⅷ", "title:\"", "-title:", "-tag:x", "“", "«", "ส", "สวัสดี", "\u{F0000}", "\u{10FFFF}",
                "\u{AD}",
            ]
            for _ in 0..<3000 {
                let text = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    pieces.randomElement(using: &random) ?? ""
                }.joined()
                let error = try await failure { try await vault.search(SearchQuery(text: text)) }
                #expect(error == nil, "\(text.debugDescription)")
            }
            for text in [
                String(repeating: "a ", count: 50_000), String(repeating: "\"", count: 9999),
                String(repeating: "(", count: 5000),
                String(repeating: "北", count: 5000), (0..<500).map { "-w\($0)" }.joined(separator: " "),
            ] {
                // Where there are too many words, the error says so.
                let error = try await failure { try await vault.search(SearchQuery(text: text)) }
                #expect(error == nil || error?.code == .validationError)
            }
        }
    }

    @Test func aQueryHasAtMostThirtyTwoWords() async throws {
        let words = (0..<32).map { "w\($0)" }
        try await self.withNotes { _, vault in
            let texts = [
                words.joined(separator: " "), "\"\(words.joined(separator: " "))\"",
                words.map { "-\($0)" }.joined(separator: " "), String(repeating: "北", count: 64),
            ]
            for text in texts {
                let fits = try await failure { try await vault.search(SearchQuery(text: text)) }
                #expect(fits == nil)
                for more in [" apple", " -apple", " title:apple", " \"!!! apple\""] {
                    let error = try await failure { try await vault.search(SearchQuery(text: text + more)) }
                    #expect(error?.code == .validationError)
                    #expect(error?.message.contains("32 words") == true)
                }
            }
        }
    }

    @Test func aPhraseIsSearchedForOnce() {
        let parsed = QueryParser.parse("run Runs RÚN running \"run\" run* \"run run\" -run title:run мои мой")
        #expect(parsed.wanted.count == 5)
        #expect(parsed.required.count == 1)
        #expect(parsed.excluded.count == 1)
    }

    @Test func anArgumentThatIsFarTooLongIsRefused() async throws {
        let long = String(repeating: "#", count: 100_000)
        try await self.withNotes { _, vault in
            let errors = [
                try await failure { try await vault.search(SearchQuery(text: "a", tags: [long])) },
                try await failure { try await vault.list(NoteQuery(tag: long)) },
            ]
            for error in errors { #expect(error?.code == .validationError) }
        }
    }
}
