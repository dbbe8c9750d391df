internal import Glibc

/// What `<fcntl.h>` has on Linux and Swift does not import, as it does not define `_GNU_SOURCE`.
enum SystemConstants {
    /// `O_PATH`: a descriptor that is only a place in the tree.
    static let openPath: Int32 = 0o10_000_000
    /// `F_OFD_GETLK`: asks whether a lock could be acquired.
    static let getOpenFileLock: Int32 = 36
    /// `F_OFD_SETLK`: acquires or releases a lock that belongs to an open file, and not to the process.
    static let setOpenFileLock: Int32 = 37
}
