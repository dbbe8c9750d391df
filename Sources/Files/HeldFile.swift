internal import Glibc

/// A file that a process keeps locked for as long as it lives, with a number in it.
///
/// By such files processes find out whether they are on the same volume, and whether its locks work between them.
package final class HeldFile: Sendable {
    private let descriptor: Descriptor

    /// Creates and locks the file; fails where there is one of this name.
    package init(_ name: String, in folder: borrowing Folder) throws {
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let number = Descriptor.retrying { openat(folder.descriptor.number, name, flags, 0o640) }
        guard number >= 0 else { throw FilesError("openat") }
        self.descriptor = Descriptor(owning: number)
        var lock = Self.lock()
        let result = Descriptor.retrying { fcntl(number, SystemConstants.setOpenFileLock, &lock) }
        guard result >= 0 else { throw FilesError("fcntl") }
    }

    /// Replaces the number, for all that open the file from now on.
    package func store(_ number: Int) throws {
        let text = Array("\(number)\n".utf8)
        // bounded: bytes
        guard pwrite(self.descriptor.number, text, text.count, 0) == text.count else { throw FilesError("pwrite") }
        try self.descriptor.sync()
    }

    /// What another process sees of such a file.
    package struct Sight: Sendable, Hashable {
        /// `nil` where the file has none yet.
        package let number: Int?
        package let isLocked: Bool

        package init(number: Int?, isLocked: Bool) {
            self.number = number
            self.isLocked = isLocked
        }
    }

    /// Looks at the file of another process.
    ///
    /// - Returns: `nil` where there is none of this name.
    package static func look(at name: String, in folder: borrowing Folder) throws -> Sight? {
        let number = Descriptor.retrying { openat(folder.descriptor.number, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC) }
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw FilesError("openat")
        }
        let file = Descriptor(owning: number)
        let bytes = try file.read(sizeHint: 32, limit: 64) ?? []
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first
        var lock = Self.lock()
        let result = Descriptor.retrying { fcntl(number, SystemConstants.getOpenFileLock, &lock) }
        guard result >= 0 else { throw FilesError("fcntl") }
        return Sight(number: text.flatMap { Int($0) }, isLocked: lock.l_type != Int16(F_UNLCK))
    }

    private static func lock() -> flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_len = 1
        return lock
    }
}
