internal import Glibc

/// The type of the file system that a folder is on.
enum FileSystem {
    /// File systems of a single machine, on which SQLite's shared memory works.
    ///
    /// A list of those known to be local, so that an unknown network file system does not count as one.
    private static let local: Set<String> = ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay"]

    /// Whether an open folder is on a file system of a single machine; `false` where that is unknown.
    static func isLocal(_ descriptor: borrowing Descriptor) -> Bool {
        self.type(of: descriptor).map { self.isLocal($0) } ?? false
    }

    static func isLocal(_ type: String) -> Bool { self.local.contains(type) }

    /// The type of the file system that an open folder is on; `nil` where that is unknown.
    static func type(of descriptor: borrowing Descriptor) -> String? {
        // Linux says which mount a descriptor belongs to, and of which type that is; see proc(5).
        guard let info = self.text(of: "/proc/self/fdinfo/\(descriptor.number)"),
            let mounts = self.text(of: "/proc/self/mountinfo"),
            let line = info.split(separator: "\n").first(where: { $0.hasPrefix("mnt_id:") }),
            let mount = line.split(whereSeparator: \.isWhitespace).last
        else { return nil }
        return self.type(ofMount: mount, in: mounts)
    }

    /// The type of a mount, from a table such as `36 35 98:0 / /data rw - ext4 /dev/root rw`.
    static func type(ofMount mount: Substring, in mounts: String) -> String? {
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.first == mount, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else {
                continue
            }
            return String(fields[dash + 1])
        }
        return nil
    }

    private static func text(of path: String) -> String? {
        do {
            let file = try Descriptor.open(path: path, flags: O_RDONLY)
            return try file.read(sizeHint: 4096, limit: 4 << 20).map { String(decoding: $0, as: UTF8.self) }
        } catch {
            // Without /proc nothing is known.
            return nil
        }
    }
}
