import Foundation
import Glibc
package import Identity
package import Logging

/// The file on the shared volume to which every revocation is appended before it is stored in Redis.
///
/// Lines are only appended, under a lock of the file, and are on disk when ``append(_:)`` returns. What has expired is
/// dropped when the file is read and has become long.
package struct RevocationJournal: Sendable {
    private let path: String
    private let now: @Sendable () -> Int64
    private let logger: Logger

    /// Files of fewer lines are not rewritten.
    private static let longEnough = 1000

    /// - Parameter now: seconds since 1970.
    package init(path: String, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.path = path
        self.now = now
        self.logger = logger
    }

    /// Revokes all of a user's tokens that were issued in or before a second, for the next worker that reads the file.
    ///
    /// For commands without access to the shared state.
    ///
    /// - Throws: ``SharedStateError`` with `.unavailable` when it cannot be written.
    package func revokeAll(of user: UserID, issuedUpTo second: Int64) async throws {
        try await self.append(.all(user: user, issuedUpTo: second))
    }

    /// Appends a revocation and waits until it is on disk.
    ///
    /// - Throws: ``SharedStateError`` with `.unavailable` when it cannot be written.
    func append(_ revocation: Revocation) async throws {
        try await self.blocking { try self.locked { try self.write(revocation, to: $0) } }
    }

    /// The revocations that are still in effect.
    ///
    /// - Throws: ``SharedStateError`` with `.unavailable` when the file is there but cannot be read.
    func read() async throws -> [Revocation] {
        try await self.blocking { try self.readNow() }
    }

    /// As ``read()``, on the calling thread.
    func readNow() throws -> [Revocation] {
        guard access(self.path, F_OK) == 0 else {
            guard errno == ENOENT else { throw self.failure("cannot be looked at") }
            return []
        }
        return try self.locked { file in
            let text = String(decoding: try self.bytes(of: file), as: UTF8.self)
            let lines = text.split(separator: "\n")
            let all = lines.compactMap { Revocation($0) }
            if all.count < lines.count {
                self.logger.warning(
                    "Lines of the revocations could not be read",
                    metadata: ["path": "\(self.path)", "count": "\(lines.count - all.count)"]
                )
            }
            let second = self.now()
            let holding = Revocation.strongest(all.filter { $0.holds(at: second) })
            if lines.count > Self.longEnough, holding.count < lines.count / 2 { try self.rewrite(holding) }
            return holding
        }
    }

    // MARK: The file

    /// Opens the file and locks it; again where it was replaced meanwhile.
    private func locked<Value>(_ body: (Int32) throws -> Value) throws -> Value {
        while true {
            let file = open(self.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw self.failure("cannot be opened") }
            defer { close(file) }
            guard flock(file, LOCK_EX) == 0 else { throw self.failure("cannot be locked") }
            var (own, named) = (stat(), stat())
            guard fstat(file, &own) == 0 else { throw self.failure("cannot be looked at") }
            if stat(self.path, &named) == 0, own.st_ino == named.st_ino, own.st_dev == named.st_dev {
                return try body(file)
            }
        }
    }

    private func write(_ revocation: Revocation, to file: Int32) throws {
        // A line that another worker could not finish must not swallow this one.
        var last: UInt8 = UInt8(ascii: "\n")
        let size = lseek(file, 0, SEEK_END)
        guard size >= 0 else { throw self.failure("cannot be looked at") }
        if size > 0, pread(file, &last, 1, size - 1) != 1 { throw self.failure("cannot be read") }
        try self.write((last == UInt8(ascii: "\n") ? "" : "\n") + revocation.line + "\n", to: file)
    }

    private func write(_ text: String, to file: Int32) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard written > 0 else { throw self.failure("cannot be written") }
            rest = rest.dropFirst(written)
        }
        guard fsync(file) == 0 else { throw self.failure("cannot be written to disk") }
    }

    private func bytes(of file: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(file, &piece, piece.count, off_t(bytes.count))
            guard count >= 0 else { throw self.failure("cannot be read") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    /// Replaces this file, whose lock is held, by a shorter one.
    private func rewrite(_ revocations: [Revocation]) throws {
        let temporary = "\(self.path).\(getpid()).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw self.failure("cannot be rewritten") }
        defer { close(file) }
        try self.write(revocations.map { $0.line + "\n" }.joined(), to: file)
        guard rename(temporary, self.path) == 0 else { throw self.failure("cannot be replaced") }
    }

    private func failure(_ what: String) -> SharedStateError {
        let reason = String(cString: strerror(errno))
        return SharedStateError(.unavailable, "The revocations in \(self.path) \(what): \(reason).")
    }

    /// A queue of its own, so that no other blocking work delays a revocation.
    private static let queue = DispatchQueue(label: "carrel.revocations")

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
