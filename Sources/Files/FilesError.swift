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
        /// The volume is read-only, or permissions forbid the call.
        package static let notPermitted = Code(rawValue: "not_permitted")
        /// The volume or the kernel failed in a way that may pass.
        package static let unresponsive = Code(rawValue: "unresponsive")
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
        case EROFS, EACCES, EPERM: .notPermitted
        case EMFILE, ENFILE, ENOMEM, EAGAIN, EINTR, EIO, ESTALE, ETIMEDOUT, EBUSY: .unresponsive
        case ENAMETOOLONG: .nameTooLong
        default: .failed
        }
    }
}

extension FilesError: CustomStringConvertible {
    package var description: String { self.message }
}
