import Encodings
import Testing

struct StringPrefixTests {
    @Test(arguments: [
        ("", 0, ""), ("", 5, ""), ("abc", 0, ""), ("abc", 2, "ab"), ("abc", 3, "abc"), ("abc", 4, "abc"),
        ("aé", 1, "a"), ("aé", 2, "a"), ("aé", 3, "aé"), ("€€", 5, "€"), ("😀", 3, ""), ("😀x", 4, "😀"),
    ])
    func prefixesAreWholeScalars(text: String, limit: Int, prefix: String) {
        #expect(text.prefix(bytes: limit) == prefix)
    }

    @Test func aCharacterOfMegabytesIsCut() {
        let text = "e" + String(repeating: "\u{301}", count: 1_000_000)
        #expect(text.count == 1)
        #expect(text.prefix(bytes: 100).utf8.count == 99)
    }

    @Test func partsOfTextsAreCutToo() {
        let text = "xx€€xx"
        #expect(text.dropFirst(2).prefix(bytes: 4) == "€")
    }
}
