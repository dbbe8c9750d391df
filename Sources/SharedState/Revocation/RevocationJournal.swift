import Dispatch
import Files
import Identity
package import Logging

/// The file on the shared volume to which every revocation is appended before it is stored in Redis.
///
/// Lines are only appended, under a lock of the file, and are on disk when ``append(_:)`` returns. What has expired is
/// dropped when the file is read and has become long.
package struct RevocationJournal: Sendable {
    private let path: String
    private let file: SharedLines
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let patience: Duration

    /// Files of fewer lines are not rewritten.
    private static let longEnough = 1000

    /// - Parameters:
    ///   - patience: how long a caller waits for the file.
    ///   - now: seconds since 1970.
    package init(
        path: String,
        patience: Duration = .seconds(10),
        now: @escaping @Sendable () -> Int64,
        logger: Logger
    ) {
        self.path = path
        self.file = SharedLines(path: path)
        self.now = now
        self.logger = logger
        self.patience = patience
    }

    /// Appends a revocation and waits until it is on disk.
    ///
    /// - Throws: ``SharedStateError`` with `.unavailable` when it cannot be written, or not in time; it is then written
    ///   once the volume answers.
    func append(_ revocation: Revocation) async throws {
        try await self.blocking { try self.file.append(revocation.line) }
    }

    /// The revocations that are still in effect.
    ///
    /// - Throws: ``SharedStateError`` with `.unavailable` when the file is there but cannot be read.
    func read() async throws -> [Revocation] {
        try await self.blocking { try self.readNow() }
    }

    /// As ``read()``, on the calling thread.
    func readNow() throws -> [Revocation] {
        try self.mappingErrors { try self.file.withLines { self.holding($0) } }
    }

    /// The revocations that are still in effect, and whether they replace the lines of the file.
    private func holding(_ lines: [Substring]) -> (value: [Revocation], replacement: [String]?) {
        let all = lines.compactMap { Revocation($0) }
        if all.count < lines.count {
            self.logger.warning(
                "Lines of the revocations could not be read",
                metadata: ["path": "\(self.path)", "count": "\(lines.count - all.count)"]
            )
        }
        let second = self.now()
        let holding = Revocation.strongest(all.filter { $0.holds(at: second) })
        let isWorthIt = lines.count > Self.longEnough && holding.count < lines.count / 2
        return (holding, isWorthIt ? holding.map(\.line) : nil)
    }

    private func mappingErrors<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as FilesError {
            throw SharedStateError(.unavailable, "The revocations in \(self.path) cannot be used: \(error).")
        }
    }

    /// A queue of its own, so that no other blocking work delays a revocation.
    private static let queue = DispatchQueue(label: "carrel.revocations")
    private static let timers = DispatchQueue(label: "carrel.revocations.timer")

    /// Runs work on a thread that may block; a call on a volume that hangs cannot be interrupted, so its caller stops
    /// waiting for it.
    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let answer = FirstAnswer(continuation)
            Self.queue.async { answer.give(Result { try self.mappingErrors(body) }) }
            let milliseconds = Int(self.patience / .milliseconds(1))
            Self.timers.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
                answer.give(
                    .failure(SharedStateError(.unavailable, "The volume of \(self.path) does not answer in time."))
                )
            }
        }
    }
}
