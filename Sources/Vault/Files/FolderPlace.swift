internal import Glibc

/// A folder that the operator chose; unlike those within a vault it may be reached through links.
enum FolderPlace {
    /// Opens a folder, and makes it and those above it where they are missing.
    static func open(_ path: String) throws -> Folder {
        do {
            try self.make(path)
            return Folder(try Descriptor.open(path: path, flags: O_RDONLY | O_DIRECTORY))
        } catch let failure as SystemFailure {
            throw VaultError(.unavailable, "the folder '\(path)' cannot be opened", cause: failure)
        }
    }

    /// Opens a folder that must be there.
    static func existing(_ path: String) throws -> Folder {
        do {
            return Folder(try Descriptor.open(path: path, flags: O_RDONLY | O_DIRECTORY))
        } catch let failure as SystemFailure {
            throw VaultError(.validationError, "the folder '\(path)' cannot be opened", cause: failure)
        }
    }

    private static func make(_ path: String) throws {
        guard mkdir(path, 0o750) != 0 else { return }
        switch errno {
        case EEXIST: return
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw SystemFailure("mkdir") }
            try self.make(String(path[..<slash]))
            guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw SystemFailure("mkdir") }
        default: throw SystemFailure("mkdir")
        }
    }
}
