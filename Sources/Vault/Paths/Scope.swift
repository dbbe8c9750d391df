/// The part of a vault that a call may see and change: the whole vault, or some folders of it.
struct Scope: Hashable, Sendable {
    static let whole = Scope(outermost: [])

    /// More than a token names; each is a condition in every statement, and SQLite limits their number.
    static let maxFolders = 100

    /// In the order they were given, none of them within another; empty for the whole vault.
    let folders: [FolderPath]

    /// Checks folders that a caller gave.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/invalidPath``.
    init(_ folders: [String]) throws {
        guard !folders.isEmpty else { throw PathRules.invalid("there must be a folder that the vault is held to") }
        guard folders.count <= Self.maxFolders else {
            throw PathRules.invalid("a vault may be held to at most \(Self.maxFolders) folders")
        }
        let paths = try folders.map { try FolderPath($0) }
        guard !paths.contains(where: \.text.isEmpty) else {
            throw PathRules.invalid("the path of a folder that the vault is held to must not be empty")
        }
        self.init(outermost: paths)
    }

    /// Keeps the folders that are not within another of them.
    private init(outermost folders: [FolderPath]) {
        var kept: [FolderPath] = []
        for folder in folders where !kept.contains(where: { $0.holds(folder) }) {
            kept.removeAll { folder.holds($0) }
            kept.append(folder)
        }
        self.folders = kept
    }

    var isWhole: Bool { self.folders.isEmpty }

    /// What lies in both scopes.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/forbidden`` where nothing does.
    func narrowed(to other: Scope) throws -> Scope {
        if self.isWhole { return other }
        if other.isWhole { return self }
        let both = other.folders.filter { self.holds($0) } + self.folders.filter { other.holds($0) }
        guard !both.isEmpty else { throw self.refusal(of: other.folders.map(\.text).joined(separator: ", ")) }
        return Scope(outermost: both)
    }

    /// Refuses a path outside, with the same message whether or not there is a note.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/forbidden``.
    func check(_ path: NotePath) throws {
        guard self.isWhole || self.folders.contains(where: { $0.contains(path.text) }) else {
            throw self.refusal(of: path.text)
        }
    }

    private func holds(_ folder: FolderPath) -> Bool { self.folders.contains { $0.holds(folder) } }

    private func refusal(of path: String) -> VaultError {
        let names = self.folders.map { "'\($0.text)'" }.joined(separator: ", ")
        let allowed = self.folders.count == 1 ? "the folder \(names)" : "the folders \(names)"
        return VaultError(
            .forbidden,
            "'\(path)' is outside of what the token is held to: \(allowed)",
            hint: "Use a path inside, such as '\(self.folders[0].text)/note.md', or a token for the whole vault.",
            path: path
        )
    }
}

extension FolderPath {
    /// Whether a folder is this one or lies within it.
    fileprivate func holds(_ folder: FolderPath) -> Bool { self == folder || self.contains(folder.text) }
}
