package import Glibc

/// Whole files, which appear under their names with all their bytes or not at all.
extension Folder {
    /// Creates a file, or replaces the one of this name, atomically; it is on disk when this returns.
    package func replaceFile(_ name: String, with bytes: [UInt8], mode: mode_t) throws {
        try self.withTemporaryFile(bytes, mode: mode) { temporary in
            try self.rename(temporary, to: name)
        }
        try self.sync()
    }

    /// Creates a file, atomically, unless there is one of this name; it is on disk when this returns.
    ///
    /// - Returns: whether the file was created.
    package func createFile(_ name: String, containing bytes: [UInt8], mode: mode_t) throws -> Bool {
        let isCreated = try self.withTemporaryFile(bytes, mode: mode) { temporary in
            if linkat(self.descriptor.number, temporary, self.descriptor.number, name, 0) == 0 { return true }
            guard errno == EEXIST else { throw FilesError("linkat") }
            return false
        }
        try self.sync()
        return isCreated
    }

    /// Writes a short file in place, and waits until it is on disk; a reader at the same time may find it incomplete.
    package func overwriteFile(_ name: String, with bytes: [UInt8], mode: mode_t) throws {
        let flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC
        let number = Descriptor.retrying { openat(self.descriptor.number, name, flags, mode) }
        guard number >= 0 else { throw FilesError("openat") }
        let file = Descriptor(owning: number)
        try file.write(bytes)
        try file.sync()
    }

    /// Writes a file to disk, and removes what is left under its temporary name afterwards.
    private func withTemporaryFile<Value>(
        _ bytes: [UInt8],
        mode: mode_t,
        _ body: (_ name: String) throws -> Value
    ) throws -> Value {
        let name = UniqueName.temporary()
        let file = try self.createFile(name, mode: mode)
        let value: Value
        do {
            try file.write(bytes)
            try file.sync()
            value = try body(name)
        } catch {
            try self.remove(name)
            throw error
        }
        try self.remove(name)
        return value
    }
}
