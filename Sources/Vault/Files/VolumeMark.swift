internal import Files

/// The file in the folder of all vaults that tells their volume from others, and from the empty folder below its mount.
enum VolumeMark {
    static let name = ".carrel-volume"

    /// Another volume than the one this worker has begun with.
    struct Foreign: Error, CustomStringConvertible {
        let isMissing: Bool

        var description: String {
            (self.isMissing ? "the folder has no file \(VolumeMark.name)" : "the folder is of another volume")
                + ": mount the volume that this worker has begun with, or restart the worker to use what is there"
        }
    }

    /// - Returns: `nil` where there is no mark.
    static func read(in folder: borrowing Folder) throws -> String? {
        guard let bytes = try folder.file(self.name)?.read(sizeHint: 64, limit: 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Marks a volume; of several workers the first one does.
    static func create(in folder: borrowing Folder) throws -> String? {
        let temporary = UniqueName.temporary()
        let file = try folder.createFile(temporary, mode: 0o640)
        do {
            try file.write(Array("\(UniqueName.make())\n".utf8))
            try file.sync()
            _ = try folder.moveUnlessPresent(temporary, to: folder, as: self.name)
        } catch {
            try folder.remove(temporary)
            throw error
        }
        try folder.remove(temporary)
        try folder.sync()
        return try self.read(in: folder)
    }
}
