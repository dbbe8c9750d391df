/// What two phrases of a query have in common that the full-text index finds in the same places.
struct PhraseKey: Hashable {
    private let words: [[UInt8]]
    /// The phrase itself, where the index compares its letters in another way than snippets do.
    private let expression: String?
    private let isOpen: Bool
    private let column: String?
    private let isNegative: Bool

    init(_ phrase: SearchPhrase, _ column: String?, _ isNegative: Bool) {
        let isLatin = phrase.expression.unicodeScalars.allSatisfy { $0.value < 0x0300 }
        self.words = isLatin ? phrase.terms.map { $0.indexedForm } : []
        self.expression = isLatin ? nil : phrase.expression
        self.isOpen = phrase.isOpen
        self.column = column
        self.isNegative = isNegative
    }
}

extension SnippetTerm {
    fileprivate var indexedForm: [UInt8] {
        switch self {
        case .word(let word, let stem): stem ?? word
        case .run(let run): Array(String(String.UnicodeScalarView(run)).utf8)
        }
    }
}
