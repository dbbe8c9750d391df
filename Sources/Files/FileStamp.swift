package import Glibc

/// What tells one state of a file from another without reading it.
package struct FileStamp: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int
    /// In nanoseconds since 1970.
    private let modified: Int
    private let changed: Int

    package init(_ status: stat) {
        self.device = UInt64(status.st_dev)
        self.inode = UInt64(status.st_ino)
        self.size = Int(status.st_size)
        self.modified = status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
        self.changed = status.st_ctim.tv_sec &* 1_000_000_000 &+ status.st_ctim.tv_nsec
    }

    /// When the file's bytes were last changed, in milliseconds since 1970.
    package var modifiedMilliseconds: Int { self.modified / 1_000_000 }

    /// Whether any further change to the file would show in its stamp.
    ///
    /// Clocks of file systems tick slowly, some once in two seconds: of two changes within a tick only one shows.
    package var isSettled: Bool {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec - self.changed / 1_000_000_000 > 2
    }
}
