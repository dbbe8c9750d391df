import Identity
import Testing

struct SecretTests {
    @Test(arguments: ["", "short", String(repeating: "a", count: 31)])
    func aShortSecretIsRefused(secret: String) {
        #expect(throws: IdentityError.self) { try SigningKey(secret: secret) }
    }

    @Test(arguments: [
        "changeme-changeme-changeme-changeme", "CHANGEME0123456789abcdefghijklmno", "<your-production-secret-key>",
        String(repeating: "a", count: 64), "abababababababababababababababababab",
    ])
    func aSecretThatAnybodyCouldGuessIsRefused(secret: String) {
        do {
            try SecretPolicy.check(secret)
            Issue.record("taken")
        } catch let error as IdentityError {
            #expect(error.message.contains(SecretPolicy.command))
            #expect(!error.message.contains(secret))
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func aGeneratedSecretPassesThePolicy() throws {
        let secret = try SecretPolicy.makeSecret()
        try SecretPolicy.check(secret)
        let key = try SigningKey(secret: secret)
        #expect(key.id.count == 8)
        #expect(!secret.contains(key.id))
    }

    @Test func derivedKeysDifferByPurpose() throws {
        let key = try SigningKey(secret: "0123456789abcdef0123456789abcdef")
        let cursor = key.derived(for: "cursor", count: 32)
        let cookie = key.derived(for: "cookie", count: 32)
        #expect(cursor.count == 32)
        #expect(cursor != cookie)
        #expect(cursor == key.derived(for: "cursor", count: 32))
        #expect(cursor != Array("0123456789abcdef0123456789abcdef".utf8))
    }

    @Test func identifiersAreRandom() throws {
        let ids = try (0..<1000).map { _ in try SecureRandom.identifier() }
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { $0.count == 22 })
        // An id must not look like an option on a command line.
        #expect(ids.allSatisfy { !$0.hasPrefix("-") })
    }
}
