package import Glibc

/// An open file or folder, closed at the end of its life.
package struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(self.number) }

    /// Opens a file or folder by a path that the operator chose; symbolic links in it are followed.
    static func open(path: String, flags: Int32, mode: mode_t = 0) throws -> Descriptor {
        let number = self.retrying { Glibc.open(path, flags | O_CLOEXEC, mode) }
        guard number >= 0 else { throw FilesError("open") }
        return Descriptor(owning: number)
    }

    /// Waits until the file's bytes, or the folder's names, are on disk.
    package func sync() throws {
        guard Self.retrying({ fsync(self.number) }) == 0 else { throw FilesError("fsync") }
    }

    package func status() throws -> stat {
        var status = stat()
        guard fstat(self.number, &status) == 0 else { throw FilesError("fstat") }
        return status
    }

    package func setMode(_ mode: mode_t) throws {
        guard fchmod(self.number, mode) == 0 else { throw FilesError("fchmod") }
    }

    package func setTimes(access: timespec, modification: timespec) throws {
        guard futimens(self.number, [access, modification]) == 0 else { throw FilesError("futimens") }
    }

    package func write(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(self.number, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            guard count >= 0 else {
                guard errno == EINTR else { throw FilesError("write") }
                continue
            }
            offset += count
        }
    }

    /// Reads from the current position to the end.
    ///
    /// - Returns: the bytes, or `nil` where there are more than `limit`.
    package func read(sizeHint: Int, limit: Int) throws -> [UInt8]? {
        // One byte more than the file had: a read that does not fill the buffer is the whole file.
        let capacity = min(sizeHint, limit) + 1
        var failure: FilesError?
        var bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            while count < capacity {
                let read = Glibc.read(self.number, buffer.baseAddress?.advanced(by: count), capacity - count)
                if read < 0 && errno == EINTR { continue }
                if read < 0 { failure = FilesError("read") }
                if read <= 0 { return }
                count += read
            }
        }
        if let failure { throw failure }
        guard bytes.count == capacity else { return bytes }
        guard bytes.count <= limit else { return nil }
        // The file grew while it was read: the rest piece by piece.
        guard let rest = try self.read(sizeHint: capacity, limit: limit - bytes.count) else { return nil }
        bytes.append(contentsOf: rest)
        return bytes
    }

    /// Copies what is left of this file to the end of another.
    func copy(to target: borrowing Descriptor) throws {
        while true {
            var failure: FilesError?
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
                let read = Self.retrying { Int32(Glibc.read(self.number, buffer.baseAddress, buffer.count)) }
                if read < 0 { failure = FilesError("read") }
                count = max(0, Int(read))
            }
            if let failure { throw failure }
            if piece.isEmpty { return }
            try target.write(piece)
        }
    }

    /// Repeats a system call that a signal interrupted.
    static func retrying(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}
