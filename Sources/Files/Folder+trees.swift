internal import CLinux
internal import Glibc

extension Folder {
    /// Copies all plain files of this folder and of those within it, with their modes and times; symbolic links and
    /// special files are left out.
    ///
    /// - Parameter isIncluded: decides by the name about what is directly in this folder.
    /// - Returns: how many files were copied.
    package func copy(to target: borrowing Folder, where isIncluded: (String) -> Bool = { _ in true }) throws -> Int {
        var count = 0
        for name in try self.names().sorted() where isIncluded(name) {
            guard let status = try self.status(of: name) else { continue }
            if Self.isFolder(status), let inner = try self.folder(name, for: .listing) {
                count += try inner.copy(to: try target.openOrCreateFolder(name))
            } else if Self.isFile(status), let file = try self.file(name) {
                let copy = try target.createFile(name, mode: status.st_mode & 0o777)
                try file.copy(to: copy)
                // A note without `updated` in its frontmatter has no other record of its last change.
                try copy.setTimes(access: status.st_atim, modification: status.st_mtim)
                count += 1
            }
        }
        return count
    }

    /// Waits until all files and folders in this folder are on disk.
    package func syncTree() throws {
        for name in try self.names() {
            guard let status = try self.status(of: name) else { continue }
            if Self.isFolder(status) {
                if let inner = try self.folder(name, for: .listing) { try inner.syncTree() }
            } else if Self.isFile(status) {
                if let file = try self.file(name) { try file.sync() }
            }
        }
        try self.sync()
    }

    /// Exchanges the names of two folders within this one.
    ///
    /// Atomic where the volume supports it; otherwise the first is missing for a moment, and what is created in its
    /// place meanwhile is renamed.
    package func exchange(_ name: String, _ other: String) throws {
        if carrel_exchange(self.descriptor.number, name, other) == 0 { return try self.sync() }
        let failure = FilesError("renameat2")
        guard [EINVAL, ENOSYS, ENOTSUP].contains(failure.errno) else { throw failure }
        let aside = "\(other)-\(UniqueName.make())"
        try self.rename(name, to: aside)
        var attempts = 0
        while true {
            do {
                try self.rename(other, to: name)
                break
            } catch let failure as FilesError where failure.errno == ENOTEMPTY || failure.errno == EEXIST {
                attempts += 1
                guard attempts < 10 else { throw failure }
                try self.rename(name, to: "\(other)-\(UniqueName.make())")
            }
        }
        try self.rename(aside, to: other)
        try self.sync()
    }

    /// Removes a folder with all that is in it; a symbolic link in it is removed, its target stays.
    package func removeTree(_ name: String) throws {
        if let inner = try self.folder(name, for: .listing) {
            for entry in try inner.names() {
                guard let status = try inner.status(of: entry) else { continue }
                if Self.isFolder(status) { try inner.removeTree(entry) } else { try inner.remove(entry) }
            }
        }
        guard unlinkat(self.descriptor.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw FilesError("unlinkat")
        }
    }

    /// Removes folders that are empty: the last of a path, then each above it.
    ///
    /// - Parameter names: of the folders, from within this one.
    /// - Returns: whether all of them are gone.
    @discardableResult package func removeEmptyFolders(_ names: ArraySlice<String>) throws -> Bool {
        guard let name = names.first else { return true }
        if names.count > 1, let inner = try self.folder(name, for: .traversing) {
            guard try inner.removeEmptyFolders(names.dropFirst()) else { return false }
        }
        if unlinkat(self.descriptor.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return true }
        guard errno == ENOTEMPTY || errno == EEXIST else { throw FilesError("unlinkat") }
        return false
    }
}
