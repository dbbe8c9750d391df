internal import Files

/// Looks whether notes are on the volume as other workers have published them.
struct ChangedNotes: Sendable {
    private let changes: NoteChanges
    private let user: UserFolder
    private let look: FreshLook
    /// For how long the kernel may remember what is no longer true.
    private let memory: Duration

    init(_ changes: NoteChanges, user: UserFolder, sharing: VolumeSharing, memory: Duration) {
        self.changes = changes
        self.user = user
        self.look = sharing.look
        self.memory = memory
    }

    /// Makes the kernel forget what it remembers of the changed notes, and compares the last of them.
    ///
    /// - Parameters:
    ///   - limit: the bytes of a note's file.
    ///   - most: how many notes are compared.
    /// - Returns: whether all that were compared are as published, or newer.
    func isSeen(in vaults: borrowing Folder, limit: Int, most: Int) throws -> Bool {
        guard let vault = try VaultFolder.open(self.user, in: vaults, self.look) else {
            return self.latest.allSatisfy { $0.revision == nil }
        }
        if self.isIncomplete { try Self.refreshTree(vault.root, self.look) }
        var compared = 0
        for change in self.latest {
            let path = try NotePath(change.path)
            guard compared < most else {
                _ = try vault.folder(of: path, for: .traversing)
                continue
            }
            compared += 1
            guard try self.isSeen(change, path, in: vault, limit: limit) else { return false }
        }
        return true
    }

    private func isSeen(
        _ change: NoteChange,
        _ path: NotePath,
        in vault: borrowing VaultFolder,
        limit: Int
    ) throws -> Bool {
        do {
            guard let folder = try vault.folder(of: path, for: .traversing),
                let file = try folder.file(String(path.fileName))
            else { return !change.isNewer(than: nil) }
            let content = try NoteFile.read(file, limit: max(limit, 64 << 20))
            return !change.isNewer(than: (Revision.of(content.bytes), content.stamp.modifiedMilliseconds))
        } catch let error as FilesError where error.isStale {
            return false
        } catch let error where NoteFile.isNoNote(error) {
            return true
        }
    }

    /// The last change of each note that the kernel may still remember otherwise, newest first.
    private var latest: [NoteChange] {
        var paths: Set<String> = []
        var latest: [NoteChange] = []
        for entry in self.changes.entries.reversed() where entry.age < self.memory {
            if paths.insert(entry.change.path).inserted { latest.append(entry.change) }
        }
        return latest
    }

    /// Whether something may have changed lately that is not listed.
    private var isIncomplete: Bool {
        if self.changes.isComplete { return false }
        if let gap = self.changes.gapAge, gap < self.memory { return true }
        guard let first = self.changes.entries.first else { return false }
        return first.age < self.memory
    }

    private static func refreshTree(_ folder: borrowing Folder, _ look: FreshLook) throws {
        try folder.refresh(look == .names ? .attributes : look)
        for name in try folder.names() where !name.hasPrefix(".") {
            guard let status = try folder.status(of: name), Folder.isFolder(status),
                let inner = try folder.folder(name, for: .listing)
            else { continue }
            try Self.refreshTree(inner, look)
        }
    }
}
