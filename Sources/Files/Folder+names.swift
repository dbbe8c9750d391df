internal import Glibc

extension Folder {
    /// The names in this folder, unordered, without `.` and `..`; names that are not UTF-8 are left out.
    package func names() throws -> [String] {
        // A descriptor of its own: closedir closes it, and its position is not shared.
        let number = Descriptor.retrying { openat(self.descriptor.number, ".", Purpose.listing.flags) }
        guard number >= 0 else { throw FilesError("openat") }
        guard let stream = fdopendir(number) else {
            let failure = FilesError("fdopendir")
            close(number)
            throw failure
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw FilesError("readdir") }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            guard let name, name != ".", name != ".." else { continue }
            names.append(name)
        }
    }
}
