/// A word, or words in a row, that a search asks for.
struct SearchPhrase: Hashable, Sendable {
    /// The phrase as the full-text index is asked for it, such as `"red apple"` or `"app" *`.
    let expression: String
    /// What to mark in a snippet.
    let terms: [SnippetTerm]
    /// Whether the last word may go on.
    let isOpen: Bool

    /// How many words it has; of a script without spaces, two characters count as one.
    var wordCount: Int {
        self.terms.reduce(0) { count, term in
            if case .run(let run) = term { count + (run.count + 1) / 2 } else { count + 1 }
        }
    }

    /// Prepares what a person typed.
    ///
    /// - Returns: `nil` where the text has nothing that is indexed, such as `!!!`.
    init?(_ text: String, isPrefix: Bool) {
        let pieces = SearchText.pieces(of: text)
        guard let last = pieces.lastIndex(where: { Self.hasWords($0) }) else { return nil }
        var words = ""
        var terms: [SnippetTerm] = []
        var endsOpen = isPrefix
        for (index, piece) in pieces[...last].enumerated() {
            switch piece {
            case .text(let text):
                words += text
                terms += SnippetTerm.words(of: text, lastIsPrefix: isPrefix && index == last)
            case .run(let run):
                words += " " + Self.pairs(of: run, isLast: index == last) + " "
                terms.append(.run(run))
                // One character at the end: the first of any pair.
                if index == last { endsOpen = run.count == 1 }
            }
        }
        // A control character means nothing in a word, and NUL would end the expression.
        let quoted = words.unicodeScalars.map { $0 == "\"" ? "\"\"" : $0.value < 0x20 ? " " : String($0) }.joined()
        self.expression = "\"\(quoted)\"" + (endsOpen ? " *" : "")
        self.terms = terms
        self.isOpen = endsOpen
    }

    /// The words that a run is indexed as; the last of them only where the run has to end there.
    private static func pairs(of run: [Unicode.Scalar], isLast: Bool) -> String {
        var result = String.UnicodeScalarView()
        let count = isLast && run.count > 1 ? run.count - 1 : run.count
        for index in 0..<count {
            if index > 0 { result.append(" ") }
            result.append(run[index])
            if index + 1 < run.count { result.append(run[index + 1]) }
        }
        return String(result)
    }

    private static func hasWords(_ piece: SearchText.Piece) -> Bool {
        switch piece {
        case .run: true
        case .text(let text): text.unicodeScalars.contains { WordCharacter.contains($0) }
        }
    }
}
