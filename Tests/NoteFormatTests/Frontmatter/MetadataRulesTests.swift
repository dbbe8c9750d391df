import Encodings
import Testing

@testable import NoteFormat

@Suite struct MetadataRulesTests {
    private func problem(_ metadata: JSONObject) -> String? {
        do {
            try MetadataRules.check(metadata)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func keys(_ count: Int) -> JSONObject {
        var object = JSONObject()
        for index in 0..<count { object["k\(index)"] = 1 }
        return object
    }

    private func nested(_ depth: Int) -> JSONValue { (1..<depth).reduce(1) { value, _ in ["k": value] } }

    @Test func metadataHasAtMostAThousandKeys() {
        #expect(self.problem(self.keys(1000)) == nil)
        #expect(self.problem(self.keys(1001))?.contains("1000 keys") == true)
        let inside = self.keys(1000)
        #expect(self.problem(["a": .object(inside)])?.contains("1000 keys") == true)
        #expect(self.problem(["a": [.object(inside), 1]])?.contains("1000 keys") == true)
    }

    @Test func metadataHasAtMostTenThousandValues() {
        let list = JSONValue.array(Array(repeating: 1, count: 9999))
        #expect(self.problem(["a": list]) == nil)
        #expect(self.problem(["a": list, "b": 1])?.contains("10000 values") == true)
    }

    @Test func metadataHasABoundedNumberOfBytes() {
        // 64 KiB with the key.
        let text = String(repeating: "x", count: (64 << 10) - 1)
        #expect(self.problem(["a": .string(text)]) == nil)
        #expect(self.problem(["ab": .string(text)])?.contains("65536 bytes") == true)
        #expect(self.problem(["a": [.string(text), "x"]])?.contains("65536 bytes") == true)
        // One character of many bytes.
        let mark = String(repeating: "\u{301}", count: 32 << 10)
        #expect(self.problem(["a": .string("a" + mark)])?.contains("65536 bytes") == true)
    }

    @Test func metadataIsNestedAtMostSixteenDeep() {
        #expect(self.problem(["k": self.nested(16)]) == nil)
        #expect(self.problem(["k": self.nested(17)])?.contains("16 levels") == true)
    }

    @Test func keysAndTitlesAreCountedInCodePoints() {
        let key = "a" + String(repeating: "\u{301}", count: 199)
        #expect(self.problem([key: 1]) == nil)
        #expect(self.problem([key + "\u{301}": 1])?.contains("200 printable") == true)
        let title = "a" + String(repeating: "\u{301}", count: 499)
        #expect(self.problem(["title": .string(title)]) == nil)
        #expect(self.problem(["title": .string(title + "\u{301}")])?.contains("500 characters") == true)
    }
}
