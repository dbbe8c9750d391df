import Testing

@testable import HTTPServer

struct ForwardedRequestIDTests {
    @Test(arguments: ["a", "0af7651916cd43dd", "A-b_c.9", String(repeating: "x", count: 64)])
    func plainIDsAreKept(id: String) {
        #expect(ForwardedRequestID.valid(id) == id)
    }

    @Test(arguments: [nil, "", "a b", "a\nb", "ä", "a/b", "a\"b", String(repeating: "x", count: 65)])
    func otherIDsAreDropped(id: String?) {
        #expect(ForwardedRequestID.valid(id) == nil)
    }
}
