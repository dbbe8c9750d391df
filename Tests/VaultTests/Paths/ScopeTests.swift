import Testing

@testable import Vault

@Suite struct ScopeTests {
    private static let tooMany = (0...Scope.maxFolders).map { "f\($0)" }

    @Test(arguments: [
        ("work/x.md", true), ("work/deep/x.md", true), ("workshop/x.md", false), ("Work/x.md", false),
        ("work.md", false), ("wor/k.md", false), ("x/work/y.md", false), ("x.md", false), ("home/a/x.md", true),
        ("home/ab/x.md", false), ("home/x.md", false), ("été/x.md", true), ("e\u{301}te\u{301}/x.md", true),
        ("ete/x.md", false),
    ])
    func aPathIsInsideOrNot(_ path: String, _ isInside: Bool) throws {
        let scope = try Scope(["work", "home/a", "e\u{301}te\u{301}"])
        let path = try NotePath(path)
        if isInside {
            #expect(throws: Never.self) { try scope.check(path) }
        } else {
            let error = #expect(throws: VaultError.self) { try scope.check(path) }
            #expect(error?.code == .forbidden)
        }
    }

    @Test func aFolderWithinAnotherIsLeftOut() throws {
        let scope = try Scope(["work/deep", "home/", "work", "home", "work/deep/er"])
        #expect(scope.folders.map(\.text) == ["home", "work"])
    }

    @Test(arguments: [
        [], [""], ["work", ""], ["/"], ["/work"], [".."], ["work", "a/../b"], ["a\\b"], [".hidden"], ["a//b"], ["a*"],
        ["%2e%2e"], Self.tooMany,
    ])
    func invalidListsAreRejected(_ folders: [String]) {
        let error = #expect(throws: VaultError.self) { try Scope(folders) }
        #expect(error?.code == .invalidPath)
    }

    @Test func restrictionsIntersect() throws {
        let one = try Scope(["work", "home/a"])
        let other = try Scope(["work/deep", "home", "diary", "workshop"])
        let narrowed = try one.narrowed(to: other)
        #expect(narrowed.folders.map(\.text) == ["work/deep", "home/a"])
        let reversed = try other.narrowed(to: one)
        #expect(Set(reversed.folders) == Set(narrowed.folders))
        let same = try one.narrowed(to: one)
        #expect(same == one)
        let error = #expect(throws: VaultError.self) { try one.narrowed(to: try Scope(["workshop"])) }
        #expect(error?.code == .forbidden)
    }

    @Test func aMarkBeforeASlashIsKept() throws {
        let folder = try FolderPath("w\u{600}/")
        #expect(Array(folder.text.unicodeScalars) == Array("w\u{600}".unicodeScalars))
        #expect(!folder.contains("w/x.md"))
    }
}
