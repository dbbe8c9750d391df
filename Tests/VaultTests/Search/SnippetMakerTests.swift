import TestSupport
import Testing

@testable import Vault

@Suite struct SnippetMakerTests {
    private func snippet(_ text: String, _ query: String) -> String {
        let maker = SnippetMaker(QueryParser.parse(query).terms)
        var budget = SnippetBudget()
        return Array(text.utf8).withUnsafeBufferPointer { maker.snippet(of: $0, within: &budget) }
    }

    @Test(arguments: [
        ("The quick brown fox", "quick", "The <mark>quick</mark> brown fox"),
        ("Running, ran; RUNS!", "run", "<mark>Running</mark>, ran; <mark>RUNS</mark>!"),
        ("app apple application", "app*", "<mark>app</mark> <mark>apple</mark> <mark>application</mark>"),
        ("<b>bold</b> & more", "bold", "<b><mark>bold</mark></b> & more"), ("a\n\n  b\tc", "b", "a <mark>b</mark> c"),
        ("no hit here", "other", "no hit here"),
        ("", "x", ""), ("...", "x", "..."), ("我们去北京开会", "北京", "我们去<mark>北京</mark>开会"),
        ("red apple, red car", "\"red apple\"", "<mark>red</mark> <mark>apple</mark>, <mark>red</mark> car"),
    ])
    func hitsAreMarked(_ text: String, _ query: String, _ expected: String) {
        let snippet = self.snippet(text, query)
        #expect(snippet == expected)
    }

    @Test func aSnippetHasThirtyTwoWordsAroundTheFirstHit() {
        let text = (0..<500).map { "w\($0)" }.joined(separator: " ")
        let snippet = self.snippet(text, "w300")
        #expect(snippet.hasPrefix("… w293 "))
        #expect(snippet.contains(" <mark>w300</mark> "))
        #expect(snippet.hasSuffix(" w324 …"))
    }

    @Test func aTextWithoutSpacesIsCutToo() {
        for word in ["x", "é", "🎉", "字", "-"] {
            let text = String(repeating: word, count: 100_000)
            for query in ["other", word, word + "*"] { #expect(self.snippet(text, query).utf8.count < 3000) }
        }
    }

    @Test func anyBytesAreCutWithoutCrash() {
        var random = SeededGenerator(seed: 3)
        let maker = SnippetMaker(QueryParser.parse("a é 北 app* 🎉").terms)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var budget = SnippetBudget()
            _ = bytes.withUnsafeBufferPointer { maker.snippet(of: $0, within: &budget) }
        }
    }

    @Test func snippetsOfAPageLookThroughABoundedNumberOfBytes() {
        let maker = SnippetMaker(QueryParser.parse("hit").terms)
        var budget = SnippetBudget()
        let marked = (0..<100).count { _ in
            let text = Array((String(repeating: "é ", count: 50_000) + "hit").utf8)
            let snippet = text.withUnsafeBufferPointer { maker.snippet(of: $0, within: &budget) }
            #expect(!snippet.isEmpty)
            return snippet.contains("<mark>hit</mark>")
        }
        #expect((10...20).contains(marked))
        let late = Array((String(repeating: "x ", count: 200_000) + "hit").utf8)
        var whole = SnippetBudget()
        let snippet = late.withUnsafeBufferPointer { maker.snippet(of: $0, within: &whole) }
        #expect(snippet.hasPrefix("x x"))
    }
}
