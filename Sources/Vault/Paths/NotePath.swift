/// The path of a note within its vault, checked and in NFC.
struct NotePath: Hashable, Sendable {
    /// The path, such as `projects/roadmap.md`.
    let text: String

    /// Checks a path that a caller gave.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidPath``.
    init(_ text: String) throws {
        if PathRules.isPlain(text) {
            self.text = text
        } else {
            self.text = try PathRules.normalized(text)
            try PathRules.check(self.text)
        }
        guard self.text.utf8.count > 3, self.text.utf8.suffix(3).elementsEqual(".md".utf8) else {
            throw PathRules.invalid("the path of a note must end in .md")
        }
    }

    /// The folder the note is in, without a `/` at its end; empty for the vault's own folder.
    var folder: Substring {
        guard let slash = self.text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return self.text[..<slash]
    }

    /// The name of the file, with `.md`.
    var fileName: Substring {
        guard let slash = self.text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return self.text[...] }
        return self.text[self.text.utf8.index(after: slash)...]
    }

    /// The name of the file without `.md`.
    var stem: Substring { self.fileName.dropLast(3) }
}
