import Identity
import Testing

struct UserIDTests {
    @Test(arguments: [
        "a", "alice", "Alice", "hf_user_123", "a.b-c_d", "0", "64f0c0ffee", "a_", "a-",
        String(repeating: "a", count: 64),
    ])
    func anIdIsTakenAsItIs(text: String) throws {
        let user = try UserID(text)
        #expect(user.value == text)
    }

    @Test(arguments: [
        "", ".", "..", "../bob", "a/b", "a\\b", "a..b", "a.", "_a", "-a", ".a", "a b", "a\u{0}", "a\n", "bob\u{0}.md",
        "b\u{0430}b", "bo\u{0301}b", "\u{FF41}lice", "al\u{00ED}ce", "a%2e", "{a}", "a:b", "a*",
        String(repeating: "a", count: 65),
    ])
    func otherTextsAreNoIds(text: String) {
        #expect(throws: IdentityError.self) { try UserID(text) }
    }

    @Test func userIDsAreCaseSensitive() throws {
        let small = try UserID("bob")
        let capital = try UserID("Bob")
        #expect(small != capital)
    }
}
