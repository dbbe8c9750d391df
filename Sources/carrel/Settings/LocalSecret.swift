import Foundation
import Identity

/// The secret that `MODE=local` generates, in a file that only its owner can read.
enum LocalSecret {
    /// Lets a production server refuse a generated secret.
    private static let prefix = "local-"

    static func isGenerated(_ secret: String) -> Bool {
        secret.hasPrefix(Self.prefix)
    }

    /// Loads the secret of a folder, or generates one.
    ///
    /// Processes that start at the same time agree: the file is linked into place complete, and the second one reads it.
    static func load(folder: String) throws -> String {
        let path = "\(folder)/secret.key"
        if let secret = try Self.read(path) { return secret }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let secret = Self.prefix + (try SecretPolicy.makeSecret())
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error("cannot be created", path) }
        defer { unlink(temporary) }
        let bytes = Array(secret.utf8)
        let written = write(descriptor, bytes, bytes.count)
        let synced = fsync(descriptor)
        close(descriptor)
        guard written == bytes.count, synced == 0 else { throw Self.error("cannot be written", path) }
        if link(temporary, path) != 0, errno != EEXIST { throw Self.error("cannot be put in place", path) }
        guard let kept = try Self.read(path) else { throw Self.error("was removed", path) }
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

    private static func error(_ what: String, _ path: String) -> SettingsError {
        SettingsError(problems: ["The secret in \(path) \(what): \(String(cString: strerror(errno)))."])
    }
}
