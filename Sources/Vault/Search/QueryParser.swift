import Encodings
internal import NoteFormat

/// Reads what a person typed to search for; there is nothing that it does not understand as something.
struct QueryParser {
    private static let maxFilters = 8
    private static let maxBytes = 4096

    private let characters: [Character]
    private var index = 0
    private var result = ParsedQuery()
    private var known: Set<PhraseKey> = []

    /// Parses a query; past its first 4096 bytes, or ``ParsedQuery/maxWords``, the rest is not looked at.
    static func parse(_ text: String) -> ParsedQuery {
        var parser = QueryParser(characters: Array(text.prefix(bytes: self.maxBytes)))
        while parser.index < parser.characters.count, !parser.result.hasTooManyWords { parser.step() }
        return parser.result
    }

    private init(characters: [Character]) { self.characters = characters }

    private var current: Character? { self.index < self.characters.count ? self.characters[self.index] : nil }

    private static func isQuote(_ character: Character) -> Bool { "\"“”„«»".contains(character) }

    private mutating func step() {
        guard let first = self.current else { return }
        if first.isWhitespace {
            self.index += 1
            return
        }
        var isNegative = false
        if first == "-", self.index + 1 < self.characters.count, !self.characters[self.index + 1].isWhitespace {
            isNegative = true
            self.index += 1
        }
        if let field = self.field() {
            self.filter(field, isNegative: isNegative)
        } else {
            let (text, isPrefix) = self.value()
            self.add(text, isPrefix: isPrefix, column: nil, isNegative: isNegative)
        }
    }

    private enum Field: String, CaseIterable {
        case tag, folder, title
    }

    /// Steps over `tag:`, `folder:` or `title:` where a value follows.
    private mutating func field() -> Field? {
        for field in Field.allCases {
            let end = self.index + field.rawValue.count
            guard end + 1 < self.characters.count, self.characters[end] == ":", !self.characters[end + 1].isWhitespace,
                String(self.characters[self.index..<end]).lowercased() == field.rawValue
            else { continue }
            self.index = end + 1
            return field
        }
        return nil
    }

    /// Reads a phrase in quotes, or a word.
    private mutating func value() -> (text: String, isPrefix: Bool) {
        if let first = self.current, Self.isQuote(first) {
            self.index += 1
            let start = self.index
            while let character = self.current, !Self.isQuote(character) { self.index += 1 }
            let text = String(self.characters[start..<self.index])
            self.index += 1
            let isPrefix = self.current == "*"
            if isPrefix { self.index += 1 }
            return (text, isPrefix)
        }
        let start = self.index
        while let character = self.current, !character.isWhitespace, !Self.isQuote(character) { self.index += 1 }
        let text = String(self.characters[start..<self.index])
        return (text, text.last == "*")
    }

    private mutating func filter(_ field: Field, isNegative: Bool) {
        let (text, isPrefix) = self.value()
        switch field {
        case .title: self.add(text, isPrefix: isPrefix, column: "title", isNegative: isNegative)
        case .tag:
            guard let tag = TagName.normalized(text), self.result.filterCount < Self.maxFilters else { return }
            if isNegative { self.result.withoutTags.append(tag) } else { self.result.tags.append(tag) }
        case .folder:
            do {
                let folder = try FolderPath(text)
                guard self.result.filterCount < Self.maxFilters, !folder.text.isEmpty else { return }
                if isNegative { self.result.withoutFolders.append(folder) } else { self.result.folders.append(folder) }
            } catch {
                // No folder is called that, so it is a text like any other.
                self.add(text, isPrefix: false, column: nil, isNegative: isNegative)
            }
        }
    }

    private mutating func add(_ text: String, isPrefix: Bool, column: String?, isNegative: Bool) {
        guard let phrase = SearchPhrase(text, isPrefix: isPrefix) else { return }
        self.result.wordCount += phrase.wordCount
        // The same phrase again changes nothing, but costs as much as the first.
        guard !self.result.hasTooManyWords, self.known.insert(PhraseKey(phrase, column, isNegative)).inserted else {
            return
        }
        switch (isNegative, column) {
        case (true, let column): self.result.excluded.append(ParsedQuery.scoped(phrase, to: column))
        case (false, let column?):
            self.result.required.append(ParsedQuery.scoped(phrase, to: column))
            self.result.terms += phrase.terms
        case (false, nil):
            self.result.wanted.append(phrase.expression)
            self.result.terms += phrase.terms
        }
    }
}
