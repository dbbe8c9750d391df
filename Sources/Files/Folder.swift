package import Glibc

/// An open folder, within which names are used without ever following a symbolic link.
package struct Folder: ~Copyable, Sendable {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// What a folder is opened for.
    package enum Purpose {
        /// Only to open what is in it.
        case traversing
        /// Also to list it or to sync it.
        case listing

        var flags: Int32 {
            switch self {
            case .traversing: SystemConstants.openPath | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            case .listing: O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            }
        }
    }

    /// Opens a folder within this one.
    ///
    /// - Returns: the folder, or `nil` where there is none of this name.
    package func folder(_ name: String, for purpose: Purpose) throws -> Folder? {
        let number = Descriptor.retrying { openat(self.descriptor.number, name, purpose.flags) }
        guard number < 0 else { return Folder(Descriptor(owning: number)) }
        let failure = FilesError("openat")
        switch failure.errno {
        case ENOENT: return nil
        case ENOTDIR, ELOOP:
            // The kernel answers alike for a link and for a plain file.
            if let status = try self.status(of: name), Self.isLink(status) { throw FilesError.symbolicLink }
            return nil
        default: throw failure
        }
    }

    /// Opens a folder within this one, and creates it where there is none.
    package func openOrCreateFolder(_ name: String) throws -> Folder {
        if let folder = try self.folder(name, for: .listing) { return folder }
        if mkdirat(self.descriptor.number, name, 0o750) == 0 {
            try self.descriptor.sync()
        } else if errno != EEXIST {
            throw FilesError("mkdirat")
        }
        guard let folder = try self.folder(name, for: .listing) else {
            throw FilesError(.notAFolder, "'\(name)' is a file, not a folder")
        }
        return folder
    }

    /// Opens this folder once more.
    package func duplicate() throws -> Folder {
        let number = fcntl(self.descriptor.number, F_DUPFD_CLOEXEC, 0)
        guard number >= 0 else { throw FilesError("fcntl") }
        return Folder(Descriptor(owning: number))
    }

    /// Opens a plain file for reading.
    ///
    /// - Returns: the file, or `nil` where there is none of this name.
    package func file(_ name: String) throws -> Descriptor? {
        // O_NONBLOCK: opening a pipe must not block the thread.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let number = Descriptor.retrying { openat(self.descriptor.number, name, flags) }
        guard number < 0 else { return Descriptor(owning: number) }
        let failure = FilesError("openat")
        switch failure.errno {
        case ENOENT, ENOTDIR: return nil
        case ELOOP: throw FilesError.symbolicLink
        case ENXIO: throw FilesError.notAFile
        default: throw failure
        }
    }

    /// Creates a file and opens it for writing; fails where there is one.
    package func createFile(_ name: String, mode: mode_t) throws -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let number = Descriptor.retrying { openat(self.descriptor.number, name, flags, mode) }
        guard number >= 0 else { throw FilesError("openat") }
        return Descriptor(owning: number)
    }

    /// The status of a name itself, not of what it may link to.
    ///
    /// - Returns: the status, or `nil` where there is nothing of this name.
    package func status(of name: String) throws -> stat? {
        var status = stat()
        guard fstatat(self.descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw FilesError("fstatat") }
            return nil
        }
        return status
    }

    package func rename(_ name: String, to newName: String) throws {
        guard renameat(self.descriptor.number, name, self.descriptor.number, newName) == 0 else {
            throw FilesError("renameat")
        }
    }

    /// Removes a file.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    package func remove(_ name: String) throws -> Bool {
        guard unlinkat(self.descriptor.number, name, 0) == 0 else {
            guard errno == ENOENT else { throw FilesError("unlinkat") }
            return false
        }
        return true
    }

    /// Waits until the names in this folder are on disk.
    package func sync() throws { try self.descriptor.sync() }

    /// Whether the folder is on a file system of a single machine; `false` where that is unknown.
    package var isOnLocalFileSystem: Bool { FileSystem.isLocal(self.descriptor) }

    package static func isFile(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }
    package static func isFolder(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }
    private static func isLink(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFLNK }
}
