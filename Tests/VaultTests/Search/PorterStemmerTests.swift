import GRDB
import Testing

@testable import Vault

@Suite struct PorterStemmerTests {
    @Test func stemsMatchTheIndex() throws {
        let endings = [
            "", "s", "es", "ies", "ed", "eed", "ing", "ational", "tional", "enci", "anci", "izer", "bli", "alli",
            "entli", "eli", "ousli",
            "ization", "ation", "ator", "alism", "iveness", "fulness", "ousness", "aliti", "iviti", "biliti", "logi",
            "icate", "ative", "alize", "iciti",
            "ical", "ful", "ness", "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent",
            "sion", "tion", "ou", "ism", "ate",
            "iti", "ous", "ive", "ize", "e", "ll", "y", "sses", "ss", "yed", "ying", "tting", "zzed", "lled",
        ]
        let stems = [
            "", "a", "tr", "hop", "fal", "oper", "relat", "fil", "y", "sky", "happ", "abb", "tann", "fizz", "rev",
            "caress", "s", "conf", "contr",
            "bo", "x", "wow", "trough", "digit", "hes", "vietnam", "conform", "sens", "radic", "adjust", "prob", "rat",
            "ceas",
        ]
        let queue = try DatabaseQueue()
        try queue.write { db in
            try db.execute(sql: "CREATE VIRTUAL TABLE words USING fts5(word, tokenize='porter unicode61')")
            try db.execute(sql: "CREATE VIRTUAL TABLE terms USING fts5vocab(words, 'instance')")
            for (index, word) in stems.flatMap({ stem in endings.map { stem + $0 } }).enumerated() where !word.isEmpty {
                try db.execute(sql: "INSERT INTO words (rowid, word) VALUES (?, ?)", arguments: [index, word])
            }
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT words.word, terms.term FROM terms JOIN words ON words.rowid = terms.doc"
            )
            #expect(rows.count > 1500)
            for row in rows {
                let word: String = row[0]
                let stem = String(decoding: PorterStemmer.stem(Array(word.utf8)), as: UTF8.self)
                #expect(stem == row[1] as String, "\(word)")
                #expect(stem.prefix(max(1, stem.count - 3)) == word.prefix(max(1, stem.count - 3)))
            }
        }
    }
}
