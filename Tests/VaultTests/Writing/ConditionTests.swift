import Testing

@testable import Vault

@Suite struct ConditionTests {
    @Test func aWriteWithTheRightRevisionWins() async throws {
        try await withVault { _, vault in
            let first = try await vault.write(NoteDraft(path: "a.md", body: "one", ifMatch: RevisionCondition.none))
                .note
            let second = try await vault.write(NoteDraft(path: "a.md", body: "two", ifMatch: .revision(first.revision)))
                .note
            #expect(second.body == "two")
            #expect(second.revision.count == 16)
        }
    }

    @Test func aWriteWithAnotherRevisionIsAConflict() async throws {
        try await withVault { rig, vault in
            let first = try await vault.write("a.md", "one\ntwo\nthree\n").note
            let second = try await vault.write("a.md", "one\n2\nthree\n").note
            let draft = NoteDraft(path: "a.md", body: "one\ntwo\nthree\nfour\n", ifMatch: .revision(first.revision))
            let error = try await failure { try await vault.write(draft) }
            #expect(error?.code == .conflict)
            #expect(error?.currentRevision == second.revision)
            let diff = try #require(error?.diff)
            #expect(diff.contains("\n-2\n+two\n three\n+four\n"))
            let text = try await vault.read("a.md").body
            #expect(text == "one\n2\nthree\n")
            #expect(rig.exists("a.md"))
        }
    }

    @Test func noneRequiresThatNoNoteExists() async throws {
        try await withVault { _, vault in
            let first = try await vault.write("a.md", "one").note
            let error = try await failure {
                try await vault.write(NoteDraft(path: "a.md", body: "two", ifMatch: RevisionCondition.none))
            }
            #expect(error?.code == .conflict)
            #expect(error?.currentRevision == first.revision)
        }
    }

    @Test func aRevisionOfADeletedNoteIsAConflict() async throws {
        try await withVault { rig, vault in
            let error = try await failure {
                try await vault.write(NoteDraft(path: "a.md", body: "x", ifMatch: .revision("0123456789abcdef")))
            }
            #expect(error?.code == .conflict)
            #expect(error?.currentRevision == nil)
            #expect(!rig.exists("a.md"))
        }
    }

    @Test func aDeletionChecksItsRevisionToo() async throws {
        try await withVault { rig, vault in
            let note = try await vault.write("a.md", "one").note
            let error = try await failure { try await vault.delete("a.md", ifMatch: .revision("0123456789abcdef")) }
            #expect(error?.code == .conflict)
            #expect(error?.currentRevision == note.revision)
            #expect(rig.exists("a.md"))
            let deleted = try await vault.delete("a.md", ifMatch: .revision(note.revision))
            #expect(deleted == note.revision)
            let again = try await failure { try await vault.delete("a.md", ifMatch: nil) }
            #expect(again?.code == .notFound)
        }
    }

    @Test func similarNotesAreSuggested() async throws {
        try await withVault { _, vault in
            for path in ["projects/roadmap.md", "projects/budget.md", "Shopping list.md", "z/unrelated-thing.md"] {
                try await vault.write(path, "x")
            }
            let cases = [
                ("roadmap.md", "projects/roadmap.md"), ("projects/raodmap.md", "projects/roadmap.md"),
                ("shopping-list.md", "Shopping list.md"), ("projects/budgets.md", "projects/budget.md"),
            ]
            for (wanted, meant) in cases {
                let error = try await failure { try await vault.read(wanted) }
                #expect(error?.code == .notFound)
                #expect(error?.suggestions.first == meant)
                #expect((error?.suggestions.count ?? 0) <= 3)
            }
            let error = try await failure { try await vault.backlinks(to: "nothing-like-it-at-all.md") }
            #expect(error?.suggestions == [])
        }
    }
}
