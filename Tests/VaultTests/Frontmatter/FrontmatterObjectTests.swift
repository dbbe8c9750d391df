import Testing
import Vault

@Suite struct FrontmatterObjectTests {
    @Test func keysKeepTheirOrderAndAreReplacedInPlace() {
        var object: FrontmatterObject = ["title": "A", "tags": ["x", "y"], "n": 1]
        object["tags"] = ["z"]
        object["n"] = nil
        object["last"] = true
        let keys = object.map(\.key)
        #expect(keys == ["title", "tags", "last"])
        #expect(object["tags"] == .array([.string("z")]))
    }
}
