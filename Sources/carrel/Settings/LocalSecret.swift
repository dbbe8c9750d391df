import Foundation
import Identity

/// The secret that `MODE=local` makes for itself, kept in a file that only its owner can read.
enum LocalSecret {
    /// What a generated secret begins with, so that a production server can refuse it.
    private static let mark = "local-"

    static func isGenerated(_ secret: String) -> Bool {
        secret.hasPrefix(Self.mark)
    }

    /// The secret in a folder; made when there is none yet.
    ///
    /// Two processes that start at once agree: the file is linked into place whole, and whoever comes second reads it.
    static func load(folder: String) throws -> String {
        let path = "\(folder)/secret.key"
        if let secret = try Self.read(path) { return secret }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let secret = Self.mark + (try SecretPolicy.makeSecret())
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error("cannot be made", path) }
        defer { unlink(temporary) }
        let bytes = Array(secret.utf8)
        let written = write(descriptor, bytes, bytes.count)
        let synced = fsync(descriptor)
        close(descriptor)
        guard written == bytes.count, synced == 0 else { throw Self.error("cannot be written", path) }
        if link(temporary, path) != 0, errno != EEXIST { throw Self.error("cannot be put in place", path) }
        guard let kept = try Self.read(path) else { throw Self.error("is gone", path) }
        return kept
    }

    private static func read(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        if let mode = attributes[.posixPermissions] as? NSNumber, mode.intValue & 0o077 != 0 {
            throw SettingsError(problems: ["The secret in \(path) can be read by others; run: chmod 600 \(path)"])
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func error(_ what: String, _ path: String) -> SettingsError {
        SettingsError(problems: ["The secret in \(path) \(what): \(String(cString: strerror(errno)))."])
    }
}
