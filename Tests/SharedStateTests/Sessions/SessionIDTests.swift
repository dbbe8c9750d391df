import SharedState
import Testing

struct SessionIDTests {
    @Test func newIdsDiffer() throws {
        let ids = try (0..<1000).map { _ in try SessionID() }
        #expect(Set(ids).count == 1000)
    }

    @Test func anIdIsTakenBackAsItWas() throws {
        let id = try SessionID()
        #expect(SessionID(id.value) == id)
    }

    @Test(arguments: [
        "", "short", "0123456789012345678901", "012345678901234567890*", "0123456789012345678901 ",
        "012345678901234567890\n", "0123456789012345678\u{e9}", "../../../../etc/passwd",
    ])
    func onlyTheShapeOfAnIdIsTaken(text: String) {
        let isShaped = text == "0123456789012345678901"
        #expect((SessionID(text) != nil) == isShaped)
    }
}
