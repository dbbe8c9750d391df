internal import Glibc

/// The file by which processes that change a folder exclude each other.
///
/// Locks of an open file description: the kernel releases them when the process dies, and two openings of the file
/// exclude each other even within one process. The file is never removed, for then two processes could each hold the
/// lock of a file of that name.
package final class LockFile: Sendable {
    package static let name = "lock"

    /// What is locked of the file: a byte for each purpose.
    private enum Byte: off_t {
        /// Held by the writer.
        case writing = 0
        /// Held, shared, by those that wait for the other.
        case waiting = 1
    }

    private let descriptor: Descriptor

    /// Opens the file, and creates it where it is missing.
    package init(in folder: borrowing Folder) throws {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let number = Descriptor.retrying { openat(folder.descriptor.number, Self.name, flags, 0o640) }
        guard number >= 0 else {
            let failure = FilesError("openat")
            switch failure.errno {
            case ELOOP: throw FilesError.symbolicLink
            case EISDIR, ENXIO: throw FilesError.notAFile
            default: throw failure
            }
        }
        self.descriptor = Descriptor(owning: number)
        guard Folder.isFile(try self.descriptor.status()) else { throw FilesError.notAFile }
    }

    /// Acquires the lock if it is free.
    package func tryAcquire() throws -> Bool {
        guard try self.set(.writing, Int16(F_WRLCK)) else { return false }
        _ = try self.set(.waiting, Int16(F_UNLCK))
        return true
    }

    package func release() throws { _ = try self.set(.writing, Int16(F_UNLCK)) }

    /// Shows the holder of the lock that another process waits for it, until this one has acquired it.
    package func beginWaiting() throws { _ = try self.set(.waiting, Int16(F_RDLCK)) }

    /// Whether another opening of the file waits for the lock.
    package func isAwaited() throws -> Bool {
        var lock = Self.lock(.waiting, Int16(F_WRLCK))
        let result = Descriptor.retrying { fcntl(self.descriptor.number, SystemConstants.getOpenFileLock, &lock) }
        guard result >= 0 else { throw FilesError("fcntl") }
        return lock.l_type != Int16(F_UNLCK)
    }

    /// Whether this is still the file of that name.
    package func isCurrent(in folder: borrowing Folder) throws -> Bool {
        guard let named = try folder.status(of: Self.name) else { return false }
        return FileIdentity(named) == FileIdentity(try self.descriptor.status())
    }

    private func set(_ byte: Byte, _ type: Int16) throws -> Bool {
        var lock = Self.lock(byte, type)
        let result = Descriptor.retrying { fcntl(self.descriptor.number, SystemConstants.setOpenFileLock, &lock) }
        if result >= 0 { return true }
        guard errno == EAGAIN || errno == EACCES else { throw FilesError("fcntl") }
        return false
    }

    private static func lock(_ byte: Byte, _ type: Int16) -> flock {
        var lock = flock()
        lock.l_type = type
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = byte.rawValue
        lock.l_len = 1
        return lock
    }
}
