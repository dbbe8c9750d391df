import TestSupport
import Testing

@testable import Vault

@Suite struct NotePathTests {
    private static let long = String(repeating: "a", count: 253)

    @Test(arguments: [
        "a.md", "a b.md", "a/b/c.md", "projects/roadmap-2026_v1.md", "x.y.md", "é.md", "日本語/メモ.md", "🎉.md",
        "a'b (c) [d] {e} #f %g &h +i,j;k=l@m!n~o`p^q$r.md", "100%.md", "%2g.md", "a..b.md", "CON.md",
        String(repeating: "é", count: 120) + ".md", String(repeating: "a/", count: 126) + "a.md",
        String(repeating: "a", count: 252) + ".md", "a\u{200D}b.md",
    ])
    func validPathsAreAccepted(_ text: String) throws {
        let path = try NotePath(text)
        #expect(path.text == text)
    }

    @Test(arguments: [
        "", ".md", "a", "a.txt", "a.MD", "a.md/", "a/.md", "a//b.md", ".hidden.md", "a/.git/b.md", ".carrel/lock.md",
        "a /b.md", "a./b.md", "a\tb.md", "a\nb.md", "a\u{7F}.md", "a\u{85}.md", "a<b.md", "a>b.md", "a:b.md", "a\"b.md",
        "a|b.md", "a?b.md", "a*b.md", "a\u{202E}b.md", "a\u{2066}b.md", "a\u{200F}b.md", "a\u{61C}b.md",
        "a\u{FEFF}b.md", Self.long + ".md", String(repeating: "é", count: 127) + ".md",
        String(repeating: "a/", count: 127) + "a.md", String(repeating: "a", count: 100_000) + ".md",
        // Marks that form one grapheme with a '/'.
        "a/\u{301}b.md", "a\u{600}/b.md", "a\u{600}//b.md", "a\u{600}/.b.md", "a\u{600}/../\u{301}b.md",
    ])
    func invalidPathsAreRejected(_ text: String) {
        let error = #expect(throws: VaultError.self) { try NotePath(text) }
        #expect(error?.code == .invalidPath)
        #expect(error?.traversal == false)
    }

    @Test(arguments: [
        "/", "../a.md", "a/../b.md", "a/..", "..", "./a.md", "a/./b.md", "/a.md", "/etc/passwd", "a\\b.md", "..\\a.md",
        "C:\\a.md", "%2e%2e/a.md", "%2E%2e/a.md", "a%2fb.md", "a%2Fb.md", "a%5cb.md", "a%5Cb.md", "a%00.md",
        "a\u{0}.md",
        "a/../../bob/secret.md",
    ])
    func traversalHasAnErrorOfItsOwn(_ text: String) {
        let error = #expect(throws: VaultError.self) { try NotePath(text) }
        #expect(error?.code == .invalidPath)
        #expect(error?.traversal == true)
    }

    @Test func namesAreNormalized() throws {
        let path = try NotePath("cafe\u{301}/n\u{303}.md")
        #expect(Array(path.text.unicodeScalars) == Array("caf\u{E9}/\u{F1}.md".unicodeScalars))
    }

    @Test func thePartsOfAPathAreFound() throws {
        let path = try NotePath("a/b/c.d.md")
        #expect(path.folder == "a/b")
        #expect(path.fileName == "c.d.md")
        #expect(path.stem == "c.d")
        let top = try NotePath("x.md")
        #expect(top.folder.isEmpty)
    }

    @Test func quickAndFullChecksAgree() throws {
        var random = SeededGenerator(seed: 8)
        let alphabet = Array("aZ09-_. //..\\:%2eé")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...8, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" }
            )
            guard PathRules.isPlain(text) else { continue }
            #expect(throws: Never.self) { try PathRules.check(text) }
        }
    }

    @Test(arguments: ["", "a", "a/", "a/b", "é"])
    func aFolderMayEndWithASlash(_ text: String) throws {
        let folder = try FolderPath(text)
        #expect(folder.text == (text == "a/" ? "a" : text))
    }

    @Test(arguments: ["/", "/a", "../a", "a/..", "a//", ".git", "a\\b", "a/ ", "%2e%2e", "a/\u{301}b"])
    func invalidFoldersAreRejected(_ text: String) {
        let error = #expect(throws: VaultError.self) { try FolderPath(text) }
        #expect(error?.code == .invalidPath)
    }
}
