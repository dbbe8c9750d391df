import Foundation
import Testing

@testable import carrel

struct LocalSecretTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("carrel-\(UUID())").path
        defer {
            do {
                try FileManager.default.removeItem(atPath: folder)
            } catch {
                Issue.record("cannot remove the test's folder: \(error)")
            }
        }
        try body(folder)
    }

    @Test func aSecretIsGeneratedOnceAndPrivate() throws {
        try self.withFolder { folder in
            let first = try LocalSecret.load(folder: folder)
            let second = try LocalSecret.load(folder: folder)
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/secret.key")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(first == second)
            #expect(first.utf8.count >= 32)
            #expect(LocalSecret.isGenerated(first))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            #expect(files == ["secret.key"])
        }
    }

    @Test func aSecretReadableByOthersIsRefused() throws {
        try self.withFolder { folder in
            _ = try LocalSecret.load(folder: folder)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(folder)/secret.key")
            #expect(throws: SettingsError.self) { try LocalSecret.load(folder: folder) }
        }
    }
}
