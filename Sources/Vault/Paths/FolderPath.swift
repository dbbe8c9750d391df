/// The path of a folder within its vault, checked and in NFC.
struct FolderPath: Hashable, Sendable {
    /// The path without a `/` at its end; empty for the vault's own folder.
    let text: String

    /// Checks a path that a caller gave; a `/` at its end is dropped.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidPath``.
    init(_ text: String) throws {
        guard text.utf8.count <= PathRules.maxCharacters * 16 else {
            throw PathRules.invalid("a path may have at most \(PathRules.maxCharacters) characters")
        }
        // By scalars: a mark before the '/' makes one character of both.
        let trimmed = text.utf8.last == UInt8(ascii: "/") ? String(text.unicodeScalars.dropLast()) : text
        guard !trimmed.isEmpty else {
            guard text.isEmpty else {
                throw PathRules.invalid("a path must be relative, without a leading '/'", traversal: true)
            }
            self.text = ""
            return
        }
        self.text = try PathRules.normalized(trimmed)
        try PathRules.check(self.text)
    }

    /// Whether a path leads to something in this folder or in the folders within it; case makes a difference.
    func contains(_ path: String) -> Bool {
        let bytes = self.text.utf8
        guard !bytes.isEmpty else { return true }
        return path.utf8.starts(with: bytes) && path.utf8.dropFirst(bytes.count).first == UInt8(ascii: "/")
    }
}
