internal import CLinux
internal import Glibc

/// How far to go so that a folder's names are those on the volume now.
package enum FreshLook: Sendable {
    /// The names that the kernel remembers: on a machine's own volume they are always right.
    case cached
    /// The folder's attributes are asked of the server, and the kernel forgets names that are no longer true.
    case attributes
    /// The folder is listed as well, as file systems in user space need.
    case names
}

extension Folder {
    /// Makes the kernel forget names in this folder that are no longer true.
    ///
    /// A client of a network file system remembers for up to a minute that there is no such name, or that a name is
    /// another file's. Asking for the status of a name does not help; asking for the status of the open folder does.
    package func refresh(_ look: FreshLook) throws {
        if look == .cached { return }
        guard carrel_refresh(self.descriptor.number) == 0 else { throw FilesError("statx") }
        if look == .names { _ = try self.names() }
    }

    /// How to look afresh at this folder and those in it; ``FreshLook/cached`` on a machine's own file system.
    package var freshLook: FreshLook {
        guard let type = FileSystem.type(of: self.descriptor) else { return .names }
        if FileSystem.isLocal(type) { return .cached }
        return type.hasPrefix("fuse") ? .names : .attributes
    }

    /// The type of the file system that the folder is on, such as `ext4` or `nfs4`; `nil` where that is unknown.
    package var fileSystemType: String? { FileSystem.type(of: self.descriptor) }
}
