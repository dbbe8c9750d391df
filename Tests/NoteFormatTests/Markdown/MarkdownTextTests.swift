import TestSupport
import Testing

@testable import NoteFormat

@Suite struct MarkdownTextTests {
    @Test func headingsAreFoundWithTheirLines() {
        let text = MarkdownText(
            """
            # One #

            Two
            more
            ---
            ```
            # not me
            ```
                # nor me
            > ## Quoted **bold** `code`
            - ### [[Link|shown]] and [text](a.md)
            ####### seven
            #hash
            <div>
            # html
            </div>

            ###### snake_case and 2 * 3 \\* 4
            """
        )
        #expect(
            text.outline == [
                Heading(level: 1, text: "One", line: 1), Heading(level: 2, text: "Two more", line: 3),
                Heading(level: 2, text: "Quoted bold code", line: 10),
                Heading(level: 3, text: "shown and text", line: 11),
                Heading(level: 6, text: "snake_case and 2 * 3 * 4", line: 18),
            ]
        )
    }

    @Test func linksOfAllKindsAreFound() {
        let text = MarkdownText(
            """
            [[Plain]] [[Target|alias]] [[Target#Heading]] [[Target^block]] [[T#H|a]] ![[embed]]
            [text](relative/path.md) [x](<with space.md>) [y](a%20b.md#part "title") ![z](pic.md)
            | a | [[In table\\|shown]] |
            # [[In heading]]
            - [[In list]]
            > [[In quote]]
            [[ spaced ]] [[]] [[#Only heading]] [[no
            end]] [web](https://example.org/a.md) [mail](mailto:a@b.md) [no](note.txt) [abs](/root.md) [up](../up.md)
            [outer [inner](inner.md)](outer.md)
            """
        )
        let targets = text.links.map(\.target)
        #expect(
            targets == [
                "Plain", "Target", "Target", "Target", "T", "embed", "relative/path.md", "with space.md", "a b.md",
                "pic.md",
                "In table", "In heading", "In list", "In quote", "spaced", "/root.md", "../up.md", "inner.md",
                "outer.md",
            ]
        )
        let aliases = text.links.prefix(8).map(\.alias)
        #expect(aliases == [nil, "alias", nil, nil, "a", nil, "text", "x"])
        #expect(text.links[10].alias == "shown")
    }

    @Test func codeAndMarkupHaveNoLinksOrTags() {
        let text = MarkdownText(
            """
            `[[code]] #code` ``[[two `ticks`]]`` \\[[escaped]] <b title="[[attr]]">
            <!-- [[comment]] #comment -->

            ```md
            [[fenced]] #fenced
            ```

                [[indented]] #indented

            <div>
            [[html]] #html
            </div>

            ~~~
            [[open to the end]] #open
            """
        )
        #expect(text.links.map(\.target).filter { $0 != "attr" } == [])
        #expect(text.tags.isEmpty)
    }

    @Test func tagsAreFoundInTheTextOnly() {
        let text = MarkdownText(
            """
            # Heading #not-me
            #One two #Two/Sub, (#three) "#four" #five. a#no http://x.org/#frag [x](#part) [[N#H]] ##no #1 #2026-01 #v2
            #日本語 #café #🎉party \\#escaped #a/ #- #_x #ünï
            """
        )
        #expect(
            text.tags == [
                "one", "two/sub", "three", "four", "five", "v2", "日本語", "café", "🎉party", "a", "_x", "ünï",
            ]
        )
    }

    private static let hostile = [
        String(repeating: "[", count: 200_000), String(repeating: "[[", count: 100_000),
        String(repeating: "[a](", count: 80_000),
        String(repeating: "`", count: 200_000), (1..<600).map { String(repeating: "`", count: $0) + " " }.joined(),
        String(repeating: "<!--", count: 80_000), String(repeating: "<a ", count: 80_000),
        String(repeating: "*_", count: 150_000),
        String(repeating: "*a _b ", count: 50_000), String(repeating: "> ", count: 150_000),
        String(repeating: "- ", count: 100_000) + String(repeating: "\n", count: 100_000),
        String(repeating: "![[]()", count: 50_000),
        String(repeating: "</", count: 150_000), String(repeating: "<?", count: 150_000),
        String(repeating: "[a]: b\n", count: 40_000),
        "# " + String(repeating: "[", count: 300_000), String(repeating: "# [[[*_`\n", count: 30_000),
        String(repeating: "#a", count: 150_000), String(repeating: " #a", count: 100_000),
        String(repeating: "a\n", count: 400_000),
        (0..<700).map { String(repeating: " ", count: $0 * 2) + "- a\n" }.joined()
            + String(repeating: "\n", count: 300_000),
        String(repeating: "&amp;", count: 60_000), String(repeating: "\\", count: 300_000),
        String(repeating: "a\u{0}b", count: 90_000),
        String(repeating: "1. ", count: 100_000), String(repeating: "\t", count: 300_000),
        String(repeating: "<![CDATA[", count: 40_000),
    ]

    // By index: a failing test would print the whole texts.
    @Test(arguments: Self.hostile.indices)
    func parsingIsNotQuadratic(_ place: Int) {
        let text = Self.hostile[place]
        let time = ContinuousClock().measure { _ = MarkdownText(text) }
        // Seconds at most on an idle machine; minutes if the time were quadratic.
        #expect(time < .seconds(30))
    }

    @Test func aHeadingOfManyLinesIsCut() {
        let long = String(repeating: "x", count: 100_000)
        let text = MarkdownText("a\n\(long)\nb\n===\n")
        #expect(text.outline.map(\.level) == [1])
        #expect(text.outline.allSatisfy { $0.text.utf8.count <= 1001 })
    }

    @Test func anyTextIsParsed() {
        var random = SeededGenerator(seed: 5)
        let pieces = [
            "a", " ", "\n", "[[", "]]", "[", "](", ")", "|", "#", "`", "```", "*", "_", ">", "- ", "1. ", "<", "!--",
            "-->", "\\",
            "é", "🎉", "\t", "    ", "---", "===", "\r\n", "a.md", "<div>", "%41", "^", "\u{0}", "日",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...16, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let parsed = MarkdownText(text)
            let lines = self.lineCount(text)
            #expect(parsed.outline.allSatisfy { $0.line >= 1 && $0.line <= lines })
        }
    }

    private func lineCount(_ text: String) -> Int { text.utf8.count { $0 == 0x0A } + 1 }
}
