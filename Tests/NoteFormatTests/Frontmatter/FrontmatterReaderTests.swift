import Encodings
import TestSupport
import Testing

@testable import NoteFormat

@Suite struct FrontmatterReaderTests {
    @Test func valuesAreReadByTheCoreSchema() throws {
        let object = try FrontmatterReader.read(
            """
            title: A note
            quoted: "1"
            whole: 12
            negative: -3
            hex: 0xff
            fraction: 1.5
            exponent: 1e3
            infinite: .inf
            flag: true
            word: yes
            date: 2026-01-31
            nothing:
            tags: [a, 'b']
            nested:
              key: value
              list:
                - 1
            tagged: !!str 5
            huge: 123456789012345678901234567890
            """
        )
        let expected: JSONObject = [
            "title": "A note", "quoted": "1", "whole": 12, "negative": -3, "hex": 255, "fraction": 1.5,
            "exponent": 1000.0,
            "infinite": .number(.infinity), "flag": true, "word": "yes", "date": "2026-01-31", "nothing": nil,
            "tags": ["a", "b"], "nested": ["key": "value", "list": [1]], "tagged": "5",
            "huge": .number(1.2345678901234568e29),
        ]
        #expect(object == expected)
    }

    @Test(arguments: ["", "\n", "# only a comment\n"])
    func emptyFrontmatterHasNoKeys(_ text: String) throws {
        let object = try FrontmatterReader.read(text)
        #expect(object.isEmpty)
    }

    @Test(arguments: [
        "title: [x", "a: b: c", "\ttab: x", "title: \"x", "- a\n- b", "just text", "a: 1\na: 2", "a: *nowhere",
        "? [a]\n: b",
        "a: 1\n---\nb: 2", "a: \u{1}",
    ])
    func otherThanAMappingIsAFault(_ text: String) {
        #expect(throws: NoteFormatError.self) { try FrontmatterReader.read(text) }
    }

    @Test func fewAliasesAreFollowed() throws {
        let object = try FrontmatterReader.read("a: &x [1, 2]\nb: *x\n")
        #expect(object["b"] == [1, 2])
    }

    @Test func anAliasBombIsRefused() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(throws: NoteFormatError.self) { try FrontmatterReader.read(text) }
        // The same as keys, which the reader compares.
        var keys = "a0: &a0 [x, x]\n"
        for level in 1..<30 { keys += "? &a\(level) {? *a\(level - 1) : 1, ? [*a\(level - 1)] : 2}\n: x\n" }
        #expect(throws: NoteFormatError.self) { try FrontmatterReader.read(keys) }
        let wide =
            "a: &a [" + String(repeating: "x,", count: 2000) + "x]\nb: [" + String(repeating: "*a,", count: 7) + "*a]\n"
        #expect(throws: NoteFormatError.self) { try FrontmatterReader.read(wide) }
    }

    @Test(arguments: [
        "a: " + String(repeating: "[", count: 10_000), "a: " + String(repeating: "{x: ", count: 5000),
        "a:\n" + String(repeating: "- ", count: 10_000) + "x", String(repeating: "? ", count: 10_000) + "x",
        "a:\n" + (1..<300).map { String(repeating: " ", count: $0) + "b:\n" }.joined(),
        "a: " + String(repeating: "x", count: 70_000),
    ])
    func deepAndLongTextsAreRefused(_ text: String) {
        #expect(throws: NoteFormatError.self) { try FrontmatterReader.read(text) }
    }

    @Test(arguments: [
        "title: Tom & Jerry *and* R&D *a *b *c *d *e *f *g *h *i *j",
        "text: |\n  ---------------------------------------\n  - [ ] a\n",
        "a: \"[[Link]] and [[other]]\"", "rule: '* * * * * * * * * * *'",
    ])
    func textsResemblingAliasBombsAreRead(_ text: String) throws {
        let object = try FrontmatterReader.read(text)
        #expect(object.count == 1)
    }

    @Test func anyTextIsReadOrRejected() {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "a", ":", " ", "\n", "- ", "? ", "&x", "*x", "[", "]", "{", "}", ",", "\"", "'", "|", ">", "#", "!",
            "!!str", "%",
            "@", "\t", "---", "...", "\u{0}", "é", "\u{FEFF}", "1", "~", "<<", "  ",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...14, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            do { _ = try FrontmatterReader.read(text) } catch { #expect(error is NoteFormatError) }
        }
    }
}
