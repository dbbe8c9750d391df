internal import Glibc

/// The ways to a note within one user's folder.
struct VaultFolder: ~Copyable {
    let root: Folder

    /// The folder for what is not a note: lock, intents.
    static let privateName = ".carrel"

    /// Opens a user's folder.
    ///
    /// - Returns: the folder, or `nil` where the user has none.
    static func open(_ user: UserFolder, in vaults: borrowing Folder) throws -> VaultFolder? {
        guard let root = try vaults.folder(user.name, for: .holding) else { return nil }
        return VaultFolder(root: root)
    }

    /// Opens a user's folder, and makes it where there is none.
    static func make(_ user: UserFolder, in vaults: borrowing Folder) throws -> VaultFolder {
        VaultFolder(root: try vaults.folderMaking(user.name))
    }

    /// Opens the folder that a path's note is in, walking from folder to folder.
    func folder(of path: NotePath, for purpose: Folder.Purpose) throws -> Folder? {
        try Self.walk(from: self.root, path.folder, for: purpose)
    }

    /// Opens the folder that a path's note is in, and makes what is missing on the way.
    func folderMaking(of path: NotePath) throws -> Folder {
        var folder = Folder(try Self.duplicate(self.root))
        for name in path.folder.split(separator: "/") { folder = try folder.folderMaking(String(name)) }
        return folder
    }

    /// Opens a note for reading in a user's folder, without a stop at the user's folder.
    static func openNote(_ path: NotePath, of user: UserFolder, in vaults: borrowing Folder) throws -> Descriptor? {
        guard let root = try vaults.folder(user.name, for: .passing) else { return nil }
        let folder = path.folder
        if folder.isEmpty { return try root.file(String(path.fileName)) }
        guard let holder = try self.walk(from: root, folder, for: .passing) else { return nil }
        return try holder.file(String(path.fileName))
    }

    private static func walk(
        from root: borrowing Folder,
        _ path: Substring,
        for purpose: Folder.Purpose
    ) throws -> Folder? {
        let names = path.split(separator: "/")
        guard let first = names.first else { return Folder(try self.duplicate(root)) }
        guard var folder = try root.folder(String(first), for: purpose) else { return nil }
        for name in names.dropFirst() {
            guard let next = try folder.folder(String(name), for: purpose) else { return nil }
            folder = next
        }
        return folder
    }

    private static func duplicate(_ folder: borrowing Folder) throws -> Descriptor {
        let number = fcntl(folder.descriptor.number, F_DUPFD_CLOEXEC, 0)
        guard number >= 0 else { throw SystemFailure("fcntl") }
        return Descriptor(owning: number)
    }
}
