internal import Glibc

extension Folder {
    /// The names in this folder, in no order, without `.` and `..`; those that are not UTF-8 are left out.
    func names() throws -> [String] {
        // A descriptor of its own: closedir closes it, and its position is not shared.
        let number = Descriptor.retrying { openat(self.descriptor.number, ".", Purpose.holding.flags) }
        guard number >= 0 else { throw SystemFailure("openat") }
        guard let stream = fdopendir(number) else {
            let failure = SystemFailure("fdopendir")
            close(number)
            throw failure
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemFailure("readdir") }
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
