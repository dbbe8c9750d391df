import Files
import Foundation
import Identity

/// The secret that `MODE=local` generates, in a file that only its owner can read.
enum LocalSecret {
    /// Lets a production server refuse a generated secret.
    private static let prefix = "local-"
    private static let name = "secret.key"

    static func isGenerated(_ secret: String) -> Bool {
        secret.hasPrefix(Self.prefix)
    }

    /// Loads the secret of a folder, or generates one.
    ///
    /// Processes that start at the same time agree: the file is linked into place complete, and the second one reads it.
    static func load(folder: String) throws -> String {
        let path = "\(folder)/\(Self.name)"
        if let secret = try Self.read(path) { return secret }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let secret = Self.prefix + (try SecretPolicy.makeSecret())
        do {
            let place = try Folder.open(path: folder)
            _ = try place.createFile(Self.name, containing: Array(secret.utf8), mode: 0o600)
        } catch let error as FilesError {
            throw SettingsError(problems: ["The secret in \(path) cannot be written: \(error)."])
        }
        guard let kept = try Self.read(path) else {
            throw SettingsError(problems: ["The secret in \(path) was removed."])
        }
        return kept
    }

    private static func read(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        if let mode = attributes[.posixPermissions] as? NSNumber, mode.intValue & 0o077 != 0 {
            throw SettingsError(problems: ["The secret in \(path) is readable by other users; run: chmod 600 \(path)"])
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
