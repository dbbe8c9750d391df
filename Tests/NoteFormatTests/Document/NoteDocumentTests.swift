import Testing

@testable import NoteFormat

@Suite struct NoteDocumentTests {
    private func body(_ text: String) -> String {
        let source = NoteDocument(Array(text.utf8))
        return String(decoding: source.bytes[source.bodyStart...], as: UTF8.self)
    }

    @Test(arguments: [
        ("---\na: 1\n---\nbody", "a: 1\n", "body"), ("---\na: 1\n---\n\nbody", "a: 1\n", "body"),
        ("---\n---\nbody", "", "body"), ("---\r\na: 1\r\n---\r\n\r\nbody", "a: 1\r\n", "body"),
        ("---\na: 1\n---", "a: 1\n", ""),
        ("\u{FEFF}---\na: 1\n---\nbody", "a: 1\n", "body"), ("---  \na: 1\n--- \n\n\nbody", "a: 1\n", "\nbody"),
        ("---\na: |\n  ---\n---\nbody", "a: |\n  ---\n", "body"),
    ])
    func frontmatterIsBetweenTwoLinesOfDashes(_ text: String, _ block: String, _ body: String) {
        let source = NoteDocument(Array(text.utf8))
        #expect(source.blockText == block)
        #expect(self.body(text) == body)
    }

    @Test(arguments: [
        "", "body", "---", "---\nno end", "----\na: 1\n----\n", "\n---\na: 1\n---\n", "--- x\na: 1\n---\n",
        "--\na: 1\n--\n",
    ])
    func withoutDelimitersEverythingIsText(_ text: String) {
        let source = NoteDocument(Array(text.utf8))
        #expect(source.block == nil)
        #expect(self.body(text) == text)
    }
}
