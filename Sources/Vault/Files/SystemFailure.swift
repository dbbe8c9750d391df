internal import Glibc

/// A system call that failed; the cause behind a ``VaultError``.
struct SystemFailure: Error, CustomStringConvertible {
    let call: StaticString
    let errno: Int32

    init(_ call: StaticString, errno: Int32 = Glibc.errno) {
        self.call = call
        self.errno = errno
    }

    var description: String { "\(self.call): \(String(cString: strerror(self.errno)))" }

    /// The failure as callers are told of it.
    var vaultError: VaultError {
        switch self.errno {
        case ENOSPC, EDQUOT:
            return VaultError(.unavailable, "the volume is full; nothing was changed", cause: self)
        case EROFS, EACCES, EPERM:
            return VaultError(.unavailable, "the volume cannot be written; nothing was changed", cause: self)
        case EMFILE, ENFILE, ENOMEM, EAGAIN, EINTR, EIO, ESTALE, ETIMEDOUT, EBUSY:
            return VaultError(.unavailable, "the volume does not answer as it should", cause: self)
        case ENAMETOOLONG:
            return VaultError(.invalidPath, "the path is too long for the volume", cause: self)
        default:
            return VaultError(.internalError, "a file of the vault could not be used", cause: self)
        }
    }
}
