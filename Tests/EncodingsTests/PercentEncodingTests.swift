import Encodings
import Testing

struct PercentEncodingTests {
    @Test(arguments: [("", ""), ("a-._~Z9", "a-._~Z9"), ("a b+c", "a%20b%2Bc"), ("ä/", "%C3%A4%2F"), ("\u{0}", "%00")])
    func onlyUnreservedCharactersStay(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
        #expect(PercentEncoding.decode(encoded, plusIsSpace: true) == text)
    }

    @Test func fieldsAreJoined() {
        #expect(PercentEncoding.encode([("a", "1"), ("b", "x y")]) == "a=1&b=x%20y")
    }

    @Test func plusIsASpaceOnlyInForms() {
        #expect(PercentEncoding.decode("a+b%2B") == "a+b+")
        #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
    }

    @Test(arguments: ["%", "%1", "a%zz", "%0g", "%C3", "%FF", "%٣٣"])
    func otherTextsAreRejected(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }
}
