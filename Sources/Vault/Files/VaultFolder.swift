internal import Files

/// One user's open folder, and the ways to notes within it.
struct VaultFolder: ~Copyable {
    let root: Folder
    /// How to see what another machine has changed.
    let look: FreshLook

    /// The folder for what is not a note: lock, intents.
    static let privateName = ".carrel"

    /// Opens a user's folder.
    ///
    /// - Returns: the folder, or `nil` where the user has none.
    static func open(
        _ user: UserFolder,
        in vaults: borrowing Folder,
        _ look: FreshLook = .cached
    ) throws -> VaultFolder? {
        try vaults.refresh(look)
        guard let root = try vaults.folder(user.name, for: .listing) else { return nil }
        return VaultFolder(root: root, look: look)
    }

    /// Opens a user's folder, and creates it where there is none.
    static func openOrCreate(
        _ user: UserFolder,
        in vaults: borrowing Folder,
        _ look: FreshLook = .cached
    ) throws -> VaultFolder {
        try vaults.refresh(look)
        return VaultFolder(root: try vaults.openOrCreateFolder(user.name), look: look)
    }

    /// Opens the folder for what is not a note, and creates it where there is none.
    func openOrCreatePrivateFolder() throws -> Folder {
        try self.root.refresh(self.look)
        let folder = try self.root.openOrCreateFolder(Self.privateName)
        try folder.refresh(self.look)
        return folder
    }

    /// Opens the folder that a path's note is in, walking from folder to folder.
    func folder(of path: NotePath, for purpose: Folder.Purpose) throws -> Folder? {
        try Self.walk(from: self.root, path.folder, for: purpose, self.look)
    }

    /// Opens the folder that a path's note is in, and creates what is missing on the way.
    func openOrCreateFolder(of path: NotePath) throws -> Folder {
        var folder = try self.root.duplicate()
        for name in path.folder.split(separator: "/") {
            try folder.refresh(self.look)
            folder = try folder.openOrCreateFolder(String(name))
        }
        return folder
    }

    /// Removes the folders of a path's note that are empty: no quota counts them.
    func removeEmptyFolders(of path: NotePath) throws {
        let names = path.folder.split(separator: "/").map { String($0) }
        try self.root.removeEmptyFolders(names[...])
    }

    /// Opens a note for reading.
    static func openNote(
        _ path: NotePath,
        of user: UserFolder,
        in vaults: borrowing Folder,
        _ look: FreshLook = .cached
    ) throws -> Descriptor? {
        try vaults.refresh(look)
        guard let root = try vaults.folder(user.name, for: .traversing) else { return nil }
        let folder = path.folder
        if folder.isEmpty {
            try root.refresh(look)
            return try root.file(String(path.fileName))
        }
        guard let holder = try self.walk(from: root, folder, for: .traversing, look) else { return nil }
        return try holder.file(String(path.fileName))
    }

    /// Opens a folder below another, whose names are up to date then.
    private static func walk(
        from root: borrowing Folder,
        _ path: Substring,
        for purpose: Folder.Purpose,
        _ look: FreshLook
    ) throws -> Folder? {
        try root.refresh(look)
        let names = path.split(separator: "/")
        guard let first = names.first else { return try root.duplicate() }
        guard var folder = try root.folder(String(first), for: purpose) else { return nil }
        try folder.refresh(look)
        for name in names.dropFirst() {
            guard let next = try folder.folder(String(name), for: purpose) else { return nil }
            folder = next
            try folder.refresh(look)
        }
        return folder
    }
}
