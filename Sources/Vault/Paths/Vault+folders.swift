extension Vault {
    /// The folders of a list as a vault can be held to them: checked, in NFC, without a `/` at their ends.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidPath``; for the vault's own folder too.
    package static func folders(_ texts: [String]) throws -> [String] {
        try texts.map { text in
            let folder = try FolderPath(text)
            guard !folder.text.isEmpty else { throw PathRules.invalid("a folder must have a name") }
            return folder.text
        }
    }
}
