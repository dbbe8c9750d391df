import Testing

@testable import Vault

@Suite struct RestrictedVaultTests {
    /// The errors of all methods that take a path.
    private func answers(_ vault: Vault, to path: String) async throws -> [VaultError?] {
        let draft = NoteDraft(path: path, body: "anew", ifMatch: RevisionCondition.none)
        return [
            try await failure { try await vault.read(path) },
            try await failure { try await vault.write(path, "anew") },
            try await failure { try await vault.write(draft) },
            try await failure { try await vault.delete(path, ifMatch: nil) },
            try await failure { try await vault.delete(path, ifMatch: .revision("0000000000000000")) },
            try await failure { try await vault.backlinks(to: path) },
        ]
    }

    /// The texts of an error that a caller receives.
    private func texts(_ errors: [VaultError?]) -> [[String]] {
        errors.map { error in
            guard let error else { return [] }
            let details = [error.hint, error.currentRevision, error.diff, error.path].map { $0 ?? "-" }
            return [error.code.rawValue, error.message] + details + error.suggestions
        }
    }

    @Test(arguments: [
        "diary.md", "none.md", "workshop/x.md", "workshop/none.md", "Work/x.md", "WORK/plan.md", "work.md", "wor/k.md",
        "x/work/plan.md",
    ])
    func aPathOutsideIsForbidden(_ path: String) async throws {
        try await withRestrictedVault { _, _, held in
            let answers = try await self.answers(held, to: path)
            for answer in answers {
                #expect(answer?.code == .forbidden)
                #expect(answer?.code.rawValue == "forbidden")
                #expect(answer?.message == "'\(path)' is outside of what the token is held to: the folder 'work'")
                #expect(answer?.hint?.contains("'work/note.md'") == true)
                #expect(answer?.path == path)
                #expect(answer?.suggestions.isEmpty == true)
            }
        }
    }

    @Test func aRefusalDoesNotRevealExistence() async throws {
        try await withRestrictedVault { _, whole, held in
            let missing = try await self.answers(held, to: "diary/new.md")
            try await whole.write("diary/new.md", "# Here\n\n[[plan]]")
            let present = try await self.answers(held, to: "diary/new.md")
            #expect(self.texts(missing) == self.texts(present))
        }
    }

    @Test func aRefusalNamesAllFolders() async throws {
        try await withVault { _, vault in
            let held = try vault.restricted(to: ["work/deep", "home/", "work"])
            let error = try await failure { try await held.read("x.md") }
            #expect(error?.message == "'x.md' is outside of what the token is held to: the folders 'home', 'work'")
        }
    }

    @Test func aRefusedWriteChangesNothing() async throws {
        try await withRestrictedVault { rig, whole, held in
            let before = try await whole.list(NoteQuery())
            for path in ["elsewhere/new.md", "workshop/x.md", "workshop/new.md", "new.md", "Work/new.md"] {
                let answers = try await self.answers(held, to: path)
                #expect(answers.allSatisfy { $0?.code == .forbidden })
            }
            let after = try await whole.list(NoteQuery())
            #expect(after == before)
            for path in ["elsewhere", "workshop/new.md", "new.md", "Work/new.md"] { #expect(!rig.exists(path)) }
        }
    }

    @Test func invalidPathsStayInvalidUnderARestriction() async throws {
        try await withRestrictedVault { _, whole, held in
            for path in ["../diary.md", "work/../diary.md", "work//plan.md", "work/plan.txt", "work/.x.md"] {
                let one = try await self.answers(whole, to: path)
                let other = try await self.answers(held, to: path)
                #expect(self.texts(one) == self.texts(other))
                #expect(other.allSatisfy { $0?.code == .invalidPath })
            }
        }
    }

    @Test func aNoteInsideIsWrittenReadAndDeleted() async throws {
        try await withRestrictedVault { rig, whole, held in
            let path = "work/new/note.md"
            let written = try await held.write(path, "# New\n\n[[plan]] [[diary]]")
            #expect(written.created)
            #expect(written.note.links.map(\.resolvedPath) == ["work/plan.md", nil])
            let read = try await held.read(path)
            #expect(read == written.note)
            let seen = try await whole.read(path)
            #expect(seen.revision == read.revision)
            #expect(seen.links.map(\.resolvedPath) == ["work/plan.md", "diary.md"])
            let conflict = try await failure {
                try await held.write(NoteDraft(path: path, body: "x", ifMatch: RevisionCondition.none))
            }
            #expect(conflict?.code == .conflict)
            #expect(conflict?.currentRevision == read.revision)
            let deleted = try await held.delete(path, ifMatch: .revision(read.revision))
            #expect(deleted == read.revision)
            #expect(!rig.exists(path))
        }
    }

    @Test func linksAcrossTheBoundaryAreHidden() async throws {
        try await withRestrictedVault { _, whole, held in
            let all = try await whole.read("work/plan.md")
            #expect(all.links.map(\.resolvedPath) == ["diary.md", "work/deep/ideas.md"])
            #expect(all.backlinksCount == 4)
            let note = try await held.read("work/plan.md")
            #expect(note.links.map(\.target) == ["diary", "ideas"])
            #expect(note.links.map(\.resolvedPath) == [nil, "work/deep/ideas.md"])
            #expect(note.backlinksCount == 1)
            let backlinks = try await held.backlinks(to: "work/plan.md")
            #expect(
                backlinks == [
                    Backlink(path: "work/deep/ideas.md", title: "Ideas", context: "Pears. Back to [[plan]]. #pear")
                ]
            )
            let rewritten = try await held.write("work/plan.md", "# Plan\n\n[[diary]] [[ideas]]").note
            #expect(rewritten.links.map(\.resolvedPath) == [nil, "work/deep/ideas.md"])
            #expect(rewritten.backlinksCount == 1)
        }
    }

    @Test func aNoteThatIsLinkedFromOutsideOnlyHasNoBacklinks() async throws {
        try await withRestrictedVault { _, whole, held in
            try await whole.write("garden.md", "To [[lone]]")
            try await whole.write("work/lone.md", "x")
            let count = try await whole.read("work/lone.md").backlinksCount
            #expect(count == 1)
            let heldCount = try await held.read("work/lone.md").backlinksCount
            #expect(heldCount == 0)
            let backlinks = try await held.backlinks(to: "work/lone.md")
            #expect(backlinks.isEmpty)
        }
    }

    @Test func onlyNotesInsideAreSuggested() async throws {
        try await withRestrictedVault { _, whole, held in
            try await whole.write("plans.md", "x")
            let all = try await failure { try await whole.read("work/plann.md") }
            #expect(all?.suggestions == ["work/plan.md", "plans.md"])
            let near = [
                try await failure { try await held.read("work/plann.md") },
                try await failure { try await held.delete("work/plann.md", ifMatch: nil) },
                try await failure { try await held.backlinks(to: "work/plann.md") },
            ]
            for error in near {
                #expect(error?.code == .notFound)
                #expect(error?.suggestions == ["work/plan.md"])
            }
            let far = try await failure { try await held.read("work/diary.md") }
            #expect(far?.code == .notFound)
            #expect(far?.suggestions.isEmpty == true)
        }
    }

    @Test func restrictionsOnlyNarrow() async throws {
        try await withRestrictedVault { _, _, held in
            let deep = try held.restricted(to: ["work/deep", "diary", "workshop"])
            let paths = try await deep.paths()
            #expect(paths == ["work/deep/ideas.md"])
            let same = try await deep.restricted(to: ["work"]).paths()
            #expect(same == paths)
            let error = try await failure { try held.restricted(to: ["workshop"]) }
            #expect(error?.code == .forbidden)
        }
    }

    @Test func aFolderIsComparedInNFC() async throws {
        try await withVault { _, vault in
            try await vault.write("été/a.md", "x")
            try await vault.write("ete/b.md", "x")
            let held = try vault.restricted(to: ["e\u{301}te\u{301}/"])
            let paths = try await held.paths()
            #expect(paths == ["été/a.md"])
            let note = try await held.read("e\u{301}te\u{301}/a.md")
            #expect(note.path == "été/a.md")
            let error = try await failure { try await held.read("ete/b.md") }
            #expect(error?.code == .forbidden)
        }
    }
}
