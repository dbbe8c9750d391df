internal import Glibc

/// Folders that the operator chose; unlike those within another folder they may be reached through symbolic links.
extension Folder {
    /// Opens a folder that must exist.
    package static func open(path: String) throws -> Folder {
        Folder(try Descriptor.open(path: path, flags: O_RDONLY | O_DIRECTORY))
    }

    /// Opens a folder, and creates it and those above it where they are missing.
    package static func openOrCreate(path: String) throws -> Folder {
        try self.create(path)
        return try self.open(path: path)
    }

    private static func create(_ path: String) throws {
        guard mkdir(path, 0o750) != 0 else { return }
        switch errno {
        case EEXIST: return
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { throw FilesError("mkdir") }
            try self.create(String(path[..<slash]))
            guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw FilesError("mkdir") }
        default: throw FilesError("mkdir")
        }
    }
}
