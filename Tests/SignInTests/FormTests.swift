import Testing

@testable import SignIn

struct FormTests {
    @Test func namesHaveOneValueOrSeveral() throws {
        let form = try #require(Form("a=1&b=two+words&c=%C3%BC%26&d=&e&a2=x=y&scope=r&scope=w"))
        #expect(form["a"] == "1")
        #expect(form["b"] == "two words")
        #expect(form["c"] == "ü&")
        #expect(form["d"] == nil)
        #expect(form["e"] == nil)
        #expect(form["a2"] == "x=y")
        #expect(form["scope"] == nil)
        #expect(form.all("scope") == ["r", "w"])
        #expect(form.repeated(["a", "scope"]) == "scope")
        #expect(form.repeated(["a", "b"]) == nil)
    }

    @Test(arguments: ["a=%", "a=%zz", "%ff=1", "a=%C3"])
    func whatIsNotEncodedAsFormsAreIsNone(text: String) {
        #expect(Form(text) == nil)
    }
}
