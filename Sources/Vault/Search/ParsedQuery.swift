/// What a search asks for.
struct ParsedQuery: Sendable {
    /// The most words that all phrases may have together: each costs time for every place where it is found.
    static let maxWords = 32

    /// Phrases that a note should have, all if there is such a note, else any.
    var wanted: [String] = []
    /// Phrases that a note must have in its title.
    var required: [String] = []
    /// Phrases that a note must not have.
    var excluded: [String] = []
    var tags: [String] = []
    var withoutTags: [String] = []
    var folders: [FolderPath] = []
    var withoutFolders: [FolderPath] = []
    /// What to mark in snippets.
    var terms: [SnippetTerm] = []
    /// How many words the phrases have, repeated ones included.
    var wordCount = 0

    var hasTooManyWords: Bool { self.wordCount > Self.maxWords }
    var phraseCount: Int { self.wanted.count + self.required.count + self.excluded.count }
    var filterCount: Int {
        self.tags.count + self.withoutTags.count + self.folders.count + self.withoutFolders.count
    }

    /// Whether notes are looked up by their words at all.
    var hasWords: Bool { !self.wanted.isEmpty || !self.required.isEmpty }
    /// Whether the query asks for nothing, so that it finds nothing.
    var isEmpty: Bool { self.phraseCount == 0 && self.filterCount == 0 }

    static func scoped(_ phrase: SearchPhrase, to column: String?) -> String {
        column.map { "\($0) : (\(phrase.expression))" } ?? phrase.expression
    }

    /// The query in the language of the full-text index.
    ///
    /// - Parameter matchingAny: whether one of the wanted phrases is enough.
    func expression(matchingAny: Bool) -> String {
        var parts = self.required.map { "(\($0))" }
        if !self.wanted.isEmpty {
            let separator = matchingAny ? " OR " : " AND "
            parts.append("(" + self.wanted.map { "(\($0))" }.joined(separator: separator) + ")")
        }
        let positive = parts.joined(separator: " AND ")
        guard !self.excluded.isEmpty else { return positive }
        return "(\(positive)) NOT (\(self.excludedExpression))"
    }

    /// Any of the phrases that a note must not have.
    var excludedExpression: String { self.excluded.map { "(\($0))" }.joined(separator: " OR ") }
}
