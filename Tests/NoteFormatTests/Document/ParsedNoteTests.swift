import TestSupport
import Testing

@testable import NoteFormat

@Suite struct ParsedNoteTests {
    private func parse(_ text: String) throws -> ParsedNote {
        ParsedNote(Array(text.utf8), stem: "my-first_note")
    }

    @Test func theTitleComesFromFrontmatterHeadingOrFile() throws {
        let first = try self.parse("---\ntitle: Front\n---\n# Head\n")
        #expect(first.title == "Front")
        let second = try self.parse("---\ntitle: ''\n---\n## Two\n# Head\n")
        #expect(second.title == "Head")
        let third = try self.parse("## Two\n")
        #expect(third.title == "my first note")
        let number = try self.parse("---\ntitle: 2026\n---\n")
        #expect(number.title == "2026")
        let list = try self.parse("---\ntitle: [a]\n---\n")
        #expect(list.title == "my first note")
    }

    @Test func tagsOfFrontmatterAndTextAreJoined() throws {
        let note = try self.parse("---\ntags: [' Work ', '#Home', 2026, '']\n---\n#home and #Play\n")
        #expect(note.tags == ["2026", "home", "play", "work"])
        let line = try self.parse("---\ntags: one, Two three\n---\n")
        #expect(line.tags == ["one", "three", "two"])
    }

    @Test func brokenFrontmatterIsShownAsTextWithAWarning() throws {
        let note = try self.parse("---\ntitle: [x\n---\nbody #tag\n")
        #expect(note.body == "body #tag\n")
        #expect(note.metadata.isEmpty)
        #expect(note.tags == ["tag"])
        #expect(note.warning?.contains("frontmatter") == true)
    }

    @Test func bytesThatAreNotUTF8AreReplacedWithAWarning() throws {
        let bytes = Array("---\ntitle: T\n---\nok ".utf8) + [0xFF, 0xFE] + Array(" end".utf8)
        let note = ParsedNote(bytes, stem: "a")
        #expect(note.title == "T")
        #expect(note.body == "ok \u{FFFD}\u{FFFD} end")
        #expect(note.warning?.contains("UTF-8") == true)
        let inBlock = ParsedNote(Array("---\na: ".utf8) + [0xFF] + Array("\n---\nx".utf8), stem: "a")
        #expect(inBlock.body == "x")
        #expect(inBlock.warning != nil)
    }

    @Test func createdIsNormalized() throws {
        let date = try self.parse("---\ncreated: 2026-01-31\n---\n")
        #expect(date.created == "2026-01-31T00:00:00Z")
        let zone = try self.parse("---\ncreated: 2026-01-31T12:00:00+02:00\n---\n")
        #expect(zone.created == "2026-01-31T10:00:00Z")
        let other = try self.parse("---\ncreated: last spring\n---\n")
        #expect(other.created == "last spring")
    }

    @Test func aLongTitleIsCut() throws {
        let note = try self.parse("# " + String(repeating: "x", count: 100_000))
        #expect(note.title.count <= 1000)
    }

    @Test func anyBytesAreParsed() throws {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<3000 {
            var bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes = Array("---\n".utf8) + bytes + Array("\n---\n".utf8) + bytes }
            let note = ParsedNote(bytes, stem: "a")
            #expect(!note.title.isEmpty)
        }
    }
}
