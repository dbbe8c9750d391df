import SharedState
import Testing

struct AuditEventTests {
    @Test func fieldsAreCutByBytesAtAScalar() {
        let long = "a" + String(repeating: "\u{301}", count: 1_900_000)
        let event = AuditEvent(.forbidden, user: "ann", session: long, details: [.path: long, .error: "short"])
        let fields = event.fields(worker: "w")
        #expect(fields["path"] == "a" + String(repeating: "\u{301}", count: 255))
        #expect(fields["session"]?.utf8.count == 511)
        #expect(fields["error"] == "short")
    }
}
