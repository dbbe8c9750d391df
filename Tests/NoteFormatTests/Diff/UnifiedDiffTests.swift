import TestSupport
import Testing

@testable import NoteFormat

@Suite struct UnifiedDiffTests {
    @Test func aChangeIsShownWithThreeLinesAround() {
        let old = (1...20).map { "line \($0)" }.joined(separator: "\n")
        let new = old.replacing("line 10\n", with: "line ten\n").replacing("line 20", with: "line 20\nline 21")
        let diff = UnifiedDiff.text(from: old, to: new, name: "a.md")
        #expect(
            diff == """
                --- a.md (current)
                +++ a.md (yours)
                @@ -7,7 +7,7 @@
                 line 7
                 line 8
                 line 9
                -line 10
                +line ten
                 line 11
                 line 12
                 line 13
                @@ -18,3 +18,4 @@
                 line 18
                 line 19
                 line 20
                +line 21

                """
        )
    }

    @Test func aHugeDifferenceIsCutOff() {
        let old = (1...50_000).map { "a\($0)" }.joined(separator: "\n")
        let new = (1...50_000).map { "b\($0)" }.joined(separator: "\n")
        let diff = UnifiedDiff.text(from: old, to: new, name: "a.md")
        #expect(diff.utf8.count < 17 << 10)
        #expect(diff.hasSuffix("(cut off)\n"))
    }

    @Test func applyingADifferenceGivesTheNewText() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let (old, new) = (Self.lines(&random), Self.lines(&random))
            let diff = UnifiedDiff.text(
                from: old.map { $0 + "\n" }.joined(),
                to: new.map { $0 + "\n" }.joined(),
                name: "x"
            )
            #expect(Self.apply(diff, to: old) == new)
        }
    }

    private static func lines(_ random: inout SeededGenerator) -> [String] {
        (0..<Int.random(in: 0...12, using: &random)).map { _ in ["a", "b", "c", ""].randomElement(using: &random) ?? ""
        }
    }

    private static func apply(_ diff: String, to old: [String]) -> [String] {
        var result: [String] = []
        var taken = 0
        for line in diff.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2).dropLast() {
            if line.hasPrefix("@@") {
                let start = Int(line.split(separator: " ")[1].dropFirst().split(separator: ",")[0]) ?? 1
                result += old[taken..<start - 1]
                taken = start - 1
            } else if line.hasPrefix("+") {
                result.append(String(line.dropFirst()))
            } else {
                if line.hasPrefix(" ") { result.append(old[taken]) }
                taken += 1
            }
        }
        return result + old[taken...]
    }
}
