internal import Glibc

/// The error of this module.
package struct FilesError: Error, Sendable {
    /// What kind of failure it is; an open set.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// A name is that of a symbolic link, which is never followed.
        package static let symbolicLink = Code(rawValue: "symbolic_link")
        /// A name is that of a folder, pipe, socket or device where a plain file is required.
        package static let notAFile = Code(rawValue: "not_a_file")
        /// A name is that of a file where a folder is required.
        package static let notAFolder = Code(rawValue: "not_a_folder")
        /// A name is longer than the volume allows.
        package static let nameTooLong = Code(rawValue: "name_too_long")
        /// The volume or a quota on it is full.
        package static let volumeFull = Code(rawValue: "volume_full")
        /// The volume is read-only.
        package static let readOnly = Code(rawValue: "read_only")
        /// Permissions forbid the call.
        package static let notPermitted = Code(rawValue: "not_permitted")
        /// The volume is unmounted, or its server cannot be reached.
        package static let disconnected = Code(rawValue: "disconnected")
        /// What was open has been replaced or removed on the server.
        package static let stale = Code(rawValue: "stale")
        /// The server of the volume did not answer in time.
        package static let timedOut = Code(rawValue: "timed_out")
        /// The volume cannot lock files now.
        package static let noLocks = Code(rawValue: "no_locks")
        /// The volume does not support the call.
        package static let unsupported = Code(rawValue: "unsupported")
        /// The process or the machine has no file descriptors or no memory left.
        package static let exhausted = Code(rawValue: "exhausted")
        /// The volume failed to read or write.
        package static let unresponsive = Code(rawValue: "unresponsive")
        /// A file or folder was removed, or another put in its place, during the call.
        package static let changed = Code(rawValue: "changed")
        /// Any other failure of a system call.
        package static let failed = Code(rawValue: "failed")
    }

    package let code: Code
    package let message: String
    /// The error number of the system call that failed; 0 where none did.
    package let errno: Int32

    init(_ code: Code, _ message: String, errno: Int32 = 0) {
        self.code = code
        self.message = message
        self.errno = errno
    }

    /// The failure of a system call.
    package init(_ call: StaticString, errno: Int32 = Glibc.errno) {
        self.init(Self.code(of: errno), "\(call): \(String(cString: strerror(errno)))", errno: errno)
    }

    /// Whether a network file system has found that what was open, or remembered, is not there any more.
    package var isStale: Bool { self.errno == ESTALE }

    static let symbolicLink = FilesError(.symbolicLink, "the path leads through a symbolic link", errno: ELOOP)
    static let notAFile = FilesError(.notAFile, "the path is not that of a plain file")

    private static func code(of errno: Int32) -> Code {
        switch errno {
        case ENOSPC, EDQUOT: .volumeFull
        case EROFS: .readOnly
        case EACCES, EPERM: .notPermitted
        case ENOTCONN, ENODEV, ENXIO, ENOMEDIUM, ESHUTDOWN, EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH, ENETRESET,
            ECONNRESET, ECONNABORTED, ECONNREFUSED, EPIPE, ENOLINK, EREMOTEIO:
            .disconnected
        case ESTALE: .stale
        case ETIMEDOUT, ETIME: .timedOut
        case ENOLCK: .noLocks
        case ENOSYS, ENOTSUP, EXDEV: .unsupported
        case EMFILE, ENFILE, ENOMEM, ENOBUFS: .exhausted
        case EAGAIN, EINTR, EIO, EBUSY, EDEADLK, EBADMSG, EUCLEAN, EPROTO, EREMCHG: .unresponsive
        case ENOENT, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY: .changed
        case ENAMETOOLONG: .nameTooLong
        default: .failed
        }
    }
}

extension FilesError: CustomStringConvertible {
    /// The failed call, and what an operator can do about it; for the log.
    package var description: String { self.message + (self.hint.map { "; \($0)" } ?? "") }
}
