internal import Glibc

/// A file of lines that several processes append to, each with the file locked.
///
/// Only its owner can read it. The lock is that of flock(2), which blocks: to be used on threads that may block.
package struct SharedLines: Sendable {
    private static let mode: mode_t = 0o600
    /// Far more than any file of lines has.
    private static let maxBytes = 1 << 30

    private let folder: String
    private let name: String

    /// - Parameter path: the file, which is created with the first line; its folder must exist.
    package init(path: String) {
        let slash = path.lastIndex(of: "/")
        self.folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        self.name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Appends a line and waits until it is on disk.
    package func append(_ line: String) throws {
        try self.locked { folder, file in
            // A line that a killed process could not complete must not swallow this one.
            let isComplete = try file.lastByte().map { $0 == UInt8(ascii: "\n") } ?? true
            try file.write(Array((isComplete ? "\(line)\n" : "\n\(line)\n").utf8))
            try file.sync()
        }
    }

    /// Reads all lines with the file locked; none where there is no file.
    ///
    /// - Parameter body: given the lines; what it returns as replacement becomes the lines of the file.
    package func withLines<Value>(
        _ body: (_ lines: [Substring]) throws -> (value: Value, replacement: [String]?)
    ) throws -> Value {
        guard try self.exists() else { return try body([]).value }
        return try self.locked { folder, file in
            let size = Int(try file.status().st_size)
            guard let bytes = try file.read(sizeHint: size, limit: Self.maxBytes) else {
                throw FilesError(.failed, "the file is larger than \(Self.maxBytes) bytes")
            }
            let (value, replacement) = try body(String(decoding: bytes, as: UTF8.self).split(separator: "\n"))
            if let replacement {
                let text = replacement.map { $0 + "\n" }.joined()
                try folder.replaceFile(self.name, with: Array(text.utf8), mode: Self.mode)
            }
            return value
        }
    }

    private func exists() throws -> Bool {
        do {
            return try Folder.open(path: self.folder).status(of: self.name) != nil
        } catch let error as FilesError where error.errno == ENOENT {
            return false
        }
    }

    /// Opens the file and locks it; once more where it was replaced meanwhile.
    private func locked<Value>(_ body: (borrowing Folder, borrowing Descriptor) throws -> Value) throws -> Value {
        let folder = try Folder.open(path: self.folder)
        while true {
            let flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC
            let number = Descriptor.retrying { openat(folder.descriptor.number, self.name, flags, Self.mode) }
            guard number >= 0 else { throw errno == ELOOP ? FilesError.symbolicLink : FilesError("openat") }
            let file = Descriptor(owning: number)
            guard Descriptor.retrying({ flock(file.number, LOCK_EX) }) == 0 else { throw FilesError("flock") }
            guard let named = try folder.status(of: self.name) else { continue }
            if FileIdentity(named) == FileIdentity(try file.status()) { return try body(folder, file) }
        }
    }
}

extension Descriptor {
    /// `nil` where the file is empty.
    fileprivate func lastByte() throws -> UInt8? {
        let size = try self.status().st_size
        guard size > 0 else { return nil }
        var byte: UInt8 = 0
        guard pread(self.number, &byte, 1, size - 1) == 1 else { throw FilesError("pread") }
        return byte
    }
}
