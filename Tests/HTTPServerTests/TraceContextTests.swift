import Testing

@testable import HTTPServer

struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(arguments: ["00-\(trace)-\(span)-01", "00-\(trace)-\(span)-00", "cc-\(trace)-\(span)-01-what-comes-later"])
    func aTraceparentIsParsed(_ text: String) {
        let context = TraceContext(text)
        #expect(context?.traceID == Self.trace)
        #expect(context?.parentID == Self.span)
    }

    @Test(arguments: [
        "", "-", "00", "00-\(trace)-\(span)", "ff-\(trace)-\(span)-01", "00-\(trace)-\(span)-01-more",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace.dropLast())-\(span)-01", "00-\(trace)-\(span)0-01",
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01", "00-\(trace)-\(span)-0g",
        "0x-\(trace)-\(span)-01", "00-\(trace)\n-\(span)-01",
    ])
    func anInvalidTraceparentIsIgnored(_ text: String) {
        #expect(TraceContext(text) == nil)
    }

    @Test func onlyLoggableRequestIDsAreAdopted() {
        #expect(ForwardedRequestID.valid("a1B2-c_3.d") == "a1B2-c_3.d")
        #expect(ForwardedRequestID.valid(String(repeating: "x", count: 64)) != nil)
        for text in ["", String(repeating: "x", count: 65), "a b", "a\nb", "a\"b", "ä"] {
            #expect(ForwardedRequestID.valid(text) == nil)
        }
        #expect(ForwardedRequestID.valid(nil) == nil)
    }
}
