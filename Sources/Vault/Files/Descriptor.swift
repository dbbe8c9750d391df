internal import Glibc

/// An open file or folder, closed at the end of its life.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(self.number) }

    /// Opens a file or folder by a path that the operator chose; links in it are followed.
    static func open(path: String, flags: Int32) throws -> Descriptor {
        let number = self.retrying { Glibc.open(path, flags | O_CLOEXEC) }
        guard number >= 0 else { throw SystemFailure("open") }
        return Descriptor(owning: number)
    }

    /// Waits until the file's bytes, or the folder's names, are on disk.
    func sync() throws {
        guard Self.retrying({ fsync(self.number) }) == 0 else { throw SystemFailure("fsync") }
    }

    func status() throws -> stat {
        var status = stat()
        guard fstat(self.number, &status) == 0 else { throw SystemFailure("fstat") }
        return status
    }

    func write(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(self.number, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            guard count >= 0 else {
                guard errno == EINTR else { throw SystemFailure("write") }
                continue
            }
            offset += count
        }
    }

    /// Reads to the end.
    ///
    /// - Returns: the bytes, or `nil` where there are more than `limit`.
    func read(sizeHint: Int, limit: Int) throws -> [UInt8]? {
        // One byte more than the file had: a read that does not fill the buffer is the whole file.
        let capacity = min(sizeHint, limit) + 1
        var failure: SystemFailure?
        var bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            while count < capacity {
                let read = Glibc.read(self.number, buffer.baseAddress?.advanced(by: count), capacity - count)
                if read < 0 && errno == EINTR { continue }
                if read < 0 { failure = SystemFailure("read") }
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

    /// Repeats a system call that a signal interrupted.
    static func retrying(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}
