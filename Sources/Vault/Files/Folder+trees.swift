internal import CFiles
internal import Glibc

extension Folder {
    /// Copies all plain files of this folder and of those within it; links and what is no file are left out.
    ///
    /// - Parameter isWanted: decides by the name about what is directly in this folder.
    /// - Returns: how many files were copied.
    func copy(to target: borrowing Folder, where isWanted: (String) -> Bool = { _ in true }) throws -> Int {
        var count = 0
        for name in try self.names().sorted() where isWanted(name) {
            guard let status = try self.status(of: name) else { continue }
            if Self.isFolder(status), let inner = try self.folder(name, for: .holding) {
                count += try inner.copy(to: try target.folderMaking(name))
            } else if Self.isFile(status), let file = try self.file(name) {
                let copy = try target.makeFile(name, mode: status.st_mode & 0o777)
                try file.copy(to: copy)
                // Of a note that does not name it, it is the time of its last change.
                var times = [status.st_atim, status.st_mtim]
                guard futimens(copy.number, &times) == 0 else { throw SystemFailure("futimens") }
                count += 1
            }
        }
        return count
    }

    /// Waits until all files and folders in this folder are on disk.
    func syncTree() throws {
        for name in try self.names() {
            guard let status = try self.status(of: name) else { continue }
            if Self.isFolder(status) {
                if let inner = try self.folder(name, for: .holding) { try inner.syncTree() }
            } else if Self.isFile(status) {
                if let file = try self.file(name) { try file.sync() }
            }
        }
        try self.descriptor.sync()
    }

    /// Lets two folders within this one change places.
    ///
    /// In one step where the volume can; otherwise the first is missing for a moment, and what somebody makes in its place
    /// meanwhile is put aside.
    func exchange(_ name: String, _ other: String) throws {
        if carrel_exchange(self.descriptor.number, name, other) == 0 { return try self.descriptor.sync() }
        let failure = SystemFailure("renameat2")
        guard [EINVAL, ENOSYS, ENOTSUP].contains(failure.errno) else { throw failure }
        let aside = "\(other)-\(UniqueName.make())"
        try self.rename(name, to: aside)
        var attempts = 0
        while true {
            do {
                try self.rename(other, to: name)
                break
            } catch let failure as SystemFailure where failure.errno == ENOTEMPTY || failure.errno == EEXIST {
                attempts += 1
                guard attempts < 10 else { throw failure }
                try self.rename(name, to: "\(other)-\(UniqueName.make())")
            }
        }
        try self.rename(aside, to: other)
        try self.descriptor.sync()
    }

    /// Removes a folder with all that is in it; a link in it is removed, and what it leads to stays.
    func removeTree(_ name: String) throws {
        if let inner = try self.folder(name, for: .holding) {
            for entry in try inner.names() {
                guard let status = try inner.status(of: entry) else { continue }
                if Self.isFolder(status) { try inner.removeTree(entry) } else { try inner.remove(entry) }
            }
        }
        guard unlinkat(self.descriptor.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw SystemFailure("unlinkat")
        }
    }
}

extension Descriptor {
    /// Copies what is left of this file to the end of another.
    fileprivate func copy(to target: borrowing Descriptor) throws {
        while true {
            var failure: SystemFailure?
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
                let read = Glibc.read(self.number, buffer.baseAddress, buffer.count)
                if read < 0, errno != EINTR { failure = SystemFailure("read") }
                count = max(0, read)
            }
            if let failure { throw failure }
            if piece.isEmpty { return }
            try target.write(piece)
        }
    }
}
