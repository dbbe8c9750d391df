package import Glibc

/// Which file something is, independent of its name.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    package init(_ status: stat) {
        self.device = UInt64(status.st_dev)
        self.inode = UInt64(status.st_ino)
    }
}

extension Folder {
    /// Which folder this is, independent of its path.
    package func identity() throws -> FileIdentity { FileIdentity(try self.descriptor.status()) }
}
