import Encodings
import Testing

struct JSONObjectTests {
    @Test func fieldsKeepTheirOrder() {
        let object: JSONObject = ["b": 1, "a": 2, "c": 3]
        #expect(object.map(\.key) == ["b", "a", "c"])
    }

    @Test func orderDoesNotCountForEquality() {
        let left: JSONObject = ["a": 1, "b": [:]]
        let right: JSONObject = ["b": [:], "a": 1]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["a": 1])
    }

    @Test func fieldsAreSetAndRemovedAtAnySize() {
        var object = JSONObject()
        for index in 0..<100 { object["k\(index)"] = .integer(Int64(index)) }
        for index in stride(from: 0, to: 100, by: 2) { object["k\(index)"] = nil }
        object["k1"] = "one"
        #expect(object.count == 50)
        #expect(object["k0"] == nil)
        #expect(object["k1"] == "one")
        #expect(object["k99"] == 99)
        #expect(object.first?.key == "k1")
    }
}
