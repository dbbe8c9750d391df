import Testing

@testable import Vault

@Suite struct UserFolderTests {
    @Test(arguments: [
        ("bob", "bob"), ("Bob", "=bob"), ("BOB", "=b=o=b"), ("hf_user_123", "hf_user_123"), ("a", "a"),
        ("a.b-c_d", "a.b-c_d"),
        ("9", "9"),
    ])
    func userFoldersDifferIgnoringCase(_ user: String, _ folder: String) throws {
        let made = try UserFolder(user: user)
        #expect(made.name == folder)
    }

    @Test(arguments: [
        "", "..", ".", "../bob", "a..b", ".a", "a.", "-a", "_a", "a/b", "a\\b", "a b", "a\u{0}", "bób", "а", "ｂob",
        "=b", "a%2f",
        String(repeating: "a", count: 65), "a\n",
    ])
    func invalidUserIDsAreRejected(_ user: String) throws {
        let store = try VaultRig().store()
        let error = #expect(throws: VaultError.self) { try store.vault(of: user) }
        #expect(error?.code == .invalidUser)
    }

    @Test(arguments: ["bob", "Bob", "BOB", "a.b_C-9", "Z"])
    func theNameOfAFolderIsDecodedToItsUser(_ user: String) throws {
        let name = try UserFolder(user: user).name
        #expect(UserFolder(name: name)?.id == user)
    }

    @Test(arguments: ["", "=", "b=", "==b", "=9", "Bob", ".removed-1", "a=B", "lost+found"])
    func aNameThatEncodesNoUserIsRefused(_ name: String) {
        #expect(UserFolder(name: name) == nil)
    }

    @Test func theLongestUserIDIsAccepted() throws {
        let made = try UserFolder(user: String(repeating: "Z", count: 64))
        #expect(made.name.utf8.count == 128)
    }

    @Test func vaultsOfUsersThatDifferInCaseAreSeparate() async throws {
        let rig = try VaultRig()
        let store = try rig.store()
        try await store.vault(of: "Bob").write("a.md", "capital")
        let other = try await store.vault(of: "bob").paths()
        #expect(other.isEmpty)
        await store.close()
    }
}
