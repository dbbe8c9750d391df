internal import CLinux
internal import Glibc

extension Folder {
    /// Renames a file into another folder, and replaces the file that has the name there.
    package func move(_ name: String, to target: borrowing Folder, as newName: String) throws {
        guard renameat(self.descriptor.number, name, target.descriptor.number, newName) == 0 else {
            throw FilesError("renameat")
        }
    }

    /// Renames a file into another folder, unless there is one of this name.
    ///
    /// - Returns: whether it has the new name; it may then also have the old one still, for the caller to remove.
    package func moveUnlessPresent(_ name: String, to target: borrowing Folder, as newName: String) throws -> Bool {
        if carrel_rename_new(self.descriptor.number, name, target.descriptor.number, newName) == 0 { return true }
        let failure = FilesError("renameat2")
        if failure.errno == EEXIST { return false }
        guard [EINVAL, ENOSYS, ENOTSUP].contains(failure.errno) else { throw failure }
        // Network file systems have no such rename; a link is as exact.
        if linkat(self.descriptor.number, name, target.descriptor.number, newName, 0) == 0 { return true }
        guard errno == EEXIST else { throw FilesError("linkat") }
        return false
    }
}
