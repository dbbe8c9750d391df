internal import Glibc

/// An open folder of a vault, within which names are used without ever following a symbolic link.
struct Folder: ~Copyable, Sendable {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// What a folder is opened for.
    enum Purpose {
        /// Only to open what is in it.
        case passing
        /// Also to list it or to `fsync` it.
        case holding

        var flags: Int32 {
            switch self {
            case .passing: SystemConstants.openPath | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            case .holding: O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            }
        }
    }

    /// Opens a folder within this one.
    ///
    /// - Returns: the folder, or `nil` where there is none of this name.
    func folder(_ name: String, for purpose: Purpose) throws -> Folder? {
        let number = Descriptor.retrying { openat(self.descriptor.number, name, purpose.flags) }
        guard number < 0 else { return Folder(Descriptor(owning: number)) }
        let failure = SystemFailure("openat")
        switch failure.errno {
        case ENOENT: return nil
        case ENOTDIR, ELOOP:
            // A link and a plain file answer alike here.
            try self.refuseLink(name)
            return nil
        default: throw failure
        }
    }

    /// Opens a folder within this one, and makes it where there is none.
    func folderMaking(_ name: String) throws -> Folder {
        if let folder = try self.folder(name, for: .holding) { return folder }
        if mkdirat(self.descriptor.number, name, 0o750) == 0 {
            try self.descriptor.sync()
        } else if errno != EEXIST {
            throw SystemFailure("mkdirat")
        }
        guard let folder = try self.folder(name, for: .holding) else {
            throw VaultError(.invalidPath, "'\(name)' is a file, not a folder")
        }
        return folder
    }

    /// Opens a plain file for reading.
    ///
    /// - Returns: the file, or `nil` where there is none of this name.
    func file(_ name: String) throws -> Descriptor? {
        // O_NONBLOCK: a pipe that somebody put there must not hold the thread.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let number = Descriptor.retrying { openat(self.descriptor.number, name, flags) }
        guard number < 0 else { return Descriptor(owning: number) }
        let failure = SystemFailure("openat")
        switch failure.errno {
        case ENOENT, ENOTDIR: return nil
        case ELOOP: throw Self.linkRefused
        case ENXIO: throw Self.notAFile
        default: throw failure
        }
    }

    /// Makes a file that must not be there yet.
    func makeFile(_ name: String, mode: mode_t) throws -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let number = Descriptor.retrying { openat(self.descriptor.number, name, flags, mode) }
        guard number >= 0 else { throw SystemFailure("openat") }
        return Descriptor(owning: number)
    }

    /// What a name stands for, itself and not what it may link to.
    ///
    /// - Returns: the status, or `nil` where there is nothing of this name.
    func status(of name: String) throws -> stat? {
        var status = stat()
        guard fstatat(self.descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw SystemFailure("fstatat") }
            return nil
        }
        return status
    }

    func rename(_ name: String, to newName: String) throws {
        guard renameat(self.descriptor.number, name, self.descriptor.number, newName) == 0 else {
            throw SystemFailure("renameat")
        }
    }

    /// Removes a file.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func remove(_ name: String) throws -> Bool {
        guard unlinkat(self.descriptor.number, name, 0) == 0 else {
            guard errno == ENOENT else { throw SystemFailure("unlinkat") }
            return false
        }
        return true
    }

    static func isFile(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }
    static func isFolder(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }
    static func isLink(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFLNK }

    private func refuseLink(_ name: String) throws {
        if let status = try self.status(of: name), Self.isLink(status) { throw Self.linkRefused }
    }

    static var linkRefused: VaultError {
        VaultError(.invalidPath, "the path leads through a symbolic link", traversal: true)
    }

    static var notAFile: VaultError { VaultError(.invalidPath, "the path is not that of a plain file") }
}
