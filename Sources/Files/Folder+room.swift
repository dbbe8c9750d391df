internal import Glibc

extension Folder {
    /// How many bytes the volume has left for this user.
    package func availableBytes() throws -> Int {
        var status = statvfs()
        guard fstatvfs(self.descriptor.number, &status) == 0 else { throw FilesError("fstatvfs") }
        return min(Int(clamping: status.f_bavail), 1 << 40) * Int(clamping: status.f_frsize)
    }

    /// Cuts a file off that is longer than a number of bytes.
    package func shortenFile(_ name: String, to size: Int) throws {
        guard let status = try self.status(of: name), Self.isFile(status), Int(status.st_size) > size else { return }
        let number = Descriptor.retrying { openat(self.descriptor.number, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC) }
        guard number >= 0 else { throw FilesError("openat") }
        let file = Descriptor(owning: number)
        guard ftruncate(file.number, off_t(size)) == 0 else { throw FilesError("ftruncate") }
    }
}
