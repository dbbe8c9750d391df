internal import Encodings
internal import NoteFormat

/// The sections of a note, each below a heading.
struct NoteSections {
    private let outline: [Heading]
    private let lineCount: Int

    /// More headings than that are not compared with a name that none has.
    private static let maxCompared = 2000
    private static let maxSuggestions = 5

    init(_ outline: [Heading], lineCount: Int) {
        self.outline = outline
        self.lineCount = lineCount
    }

    /// The lines of the first section with a name, its heading included; letter case and spaces make no difference.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/notFound`` and the headings that are most like it.
    func lines(of name: String) throws -> ClosedRange<Int> {
        let text = String(name.drop { $0 == "#" || $0 == " " })
        let slug = Slug.of(text)
        guard
            let index = self.outline.firstIndex(where: { $0.text == text })
                ?? self.outline.firstIndex(where: { Slug.of($0.text) == slug })
        else { throw self.notFound(text, slug) }
        let heading = self.outline[index]
        let next = self.outline[(index + 1)...].first { $0.level <= heading.level }
        return heading.line...max(heading.line, (next?.line ?? self.lineCount + 1) - 1)
    }

    private func notFound(_ name: String, _ slug: String) -> VaultError {
        let suggestions = self.suggestions(for: slug)
        let quoted = suggestions.map { "'\($0)'" }.joined(separator: ", ")
        return VaultError(
            .notFound,
            "the note has no section '\(name.prefix(bytes: 200))'",
            hint: suggestions.isEmpty
                ? "Read the note with outline_only to see its sections."
                : "Did you mean \(quoted)? outline_only shows all sections.",
            suggestions: suggestions
        )
    }

    private func suggestions(for slug: String) -> [String] {
        let wanted = Array(slug.utf8.prefix(64))
        let limit = max(2, wanted.count / 3)
        var near: [(distance: Int, text: String)] = []
        // bounded: a list
        for heading in self.outline.prefix(Self.maxCompared) {
            let name = Array(Slug.of(heading.text).utf8.prefix(64))
            let distance = Self.contains(name, wanted) ? 1 : EditDistance.between(wanted, name, limit: limit)
            if let distance { near.append((distance, heading.text.prefix(bytes: 200))) }
        }
        near.sort { $0.distance < $1.distance }
        // bounded: a list
        return near.prefix(Self.maxSuggestions).map(\.text)
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard part.count <= bytes.count else { return false }
        return (0...bytes.count - part.count).contains { bytes[$0..<$0 + part.count].elementsEqual(part) }
    }
}
