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
        let trimmed = text.utf8.last == UInt8(ascii: "/") ? String(text.dropLast()) : text
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
}
