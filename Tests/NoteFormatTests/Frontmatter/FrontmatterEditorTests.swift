import Encodings
import TestSupport
import Testing

@testable import NoteFormat

@Suite struct FrontmatterEditorTests {
    private static let text = """
        # my settings
        title:   "Old"   # keep this
        aliases: [ one,two ]

        tags:
        - a
        # in between
        - b
        'quoted key': 'it''s'
        text: |
          many

          lines
        last: 1
        # the end

        """

    private func edit(_ text: String = Self.text, _ change: (inout FrontmatterEditor) -> Void) throws -> String {
        var editor = try FrontmatterEditor(text, newline: "\n")
        change(&editor)
        return try editor.edited()
    }

    @Test func withoutAChangeNoByteChanges() throws {
        let same = try self.edit { $0.set("tags", ["a", "b"]) }
        #expect(same == Self.text)
    }

    @Test func onlyTheNamedKeyChanges() throws {
        let edited = try self.edit { $0.set("tags", ["x"]) }
        let expected = Self.text.replacing("tags:\n- a\n# in between\n- b\n", with: "tags:\n  - x\n")
        #expect(edited == expected)
        let longer = try self.edit { $0.set("text", "one line") }
        #expect(longer == Self.text.replacing("text: |\n  many\n\n  lines\n", with: "text: one line\n"))
    }

    @Test func aNewKeyComesLast() throws {
        let edited = try self.edit { $0.set("new", 1) }
        #expect(edited == Self.text + "new: 1\n")
        let unended = try self.edit("a: 1") { $0.set("b", 2) }
        #expect(unended == "a: 1\nb: 2\n")
    }

    @Test func aKeyThatWasAddedIsFoundAgain() throws {
        let edited = try self.edit("a: 1\n") { editor in
            for index in 0..<100 { editor.set("k\(index)", 0) }
            for index in 0..<100 { editor.set("k\(index)", .integer(Int64(index))) }
            editor.set("a", 2)
        }
        #expect(edited == "a: 2\n" + (0..<100).map { "k\($0): \($0)\n" }.joined())
    }

    @Test func aKeyInQuotesIsFound() throws {
        let edited = try self.edit { $0.set("quoted key", "x") }
        #expect(edited == Self.text.replacing("'quoted key': 'it''s'", with: "quoted key: x"))
    }

    @Test(arguments: ["{a: 1, b: 2}", "  a: 1\n  b: 2\n", "\"a\\u0062\": 1\n", "? a\n: 1\n", "a: \"x\nb: 3\"\n"])
    func frontmatterThatCannotBeEditedIsRejected(_ text: String) throws {
        var editor = try FrontmatterEditor(text, newline: "\n")
        for key in ["a", "ab", "b"] where editor[key] != nil { editor.set(key, 5) }
        let edited = editor
        #expect(throws: NoteFormatError.self) { try edited.edited() }
    }

    @Test func lineEndingsAreKept() throws {
        var editor = try FrontmatterEditor("a: 1\r\nb: 2\r\n", newline: "\r\n")
        editor.set("a", ["x"])
        editor.set("c", true)
        let edited = try editor.edited()
        #expect(edited == "a:\r\n  - x\r\nb: 2\r\nc: true\r\n")
    }

    @Test func writtenValuesAreReadBackEqual() throws {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<3000 {
            let value = Self.value(depth: 0, &random)
            let key = Self.string(&random)
            guard !key.isEmpty else { continue }
            let text = YAMLWriter.entry(key, value, newline: "\n")
            let read = try FrontmatterReader.read(text)
            #expect(read == [key: value], "\(text)")
        }
    }

    @Test(arguments: [
        "yes", "no", "null", "~", "1", "1.0", "0x1F", "1:30", "2026-01-31", "2026-01-31T12:00:00Z", "true", "=", "",
        " x", "x ", "a: b", "a #b", "- a", "[a]", "{a}", "*a", "&a", "!a", "|", ">", "@a", "`a", "%a", "\"a\"", "'a'",
        "a\nb",
        "a\tb", "\u{85}", "\u{2028}", "\u{0}", "日本語", "🎉", "é", "-", "---", "a\\b", "<<", "1_000", ".5", "+1",
    ])
    func stringsStayStrings(_ text: String) throws {
        let written = YAMLWriter.entry("key", .string(text), newline: "\n")
        let read = try FrontmatterReader.read(written)
        #expect(read == ["key": .string(text)])
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth < 3 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random))
        case 3: return .number(Double.random(in: -1e6...1e6, using: &random))
        case 4, 5: return .string(self.string(&random))
        case 6:
            return .array(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in self.value(depth: depth + 1, &random) }
            )
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                object["k" + self.string(&random)] = self.value(depth: depth + 1, &random)
            }
            return .object(object)
        }
    }

    private static func string(_ random: inout SeededGenerator) -> String {
        let alphabet = Array("ab1 :#-'\"\\[]{},&*!|>%@`\n\té日🎉.~_/=<?\u{1}")
        return String(
            (0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" }
        )
    }
}
