internal import Files
internal import Logging

/// Room that a vault keeps on its volume for the time when the volume is full.
///
/// A file that is removed when a call that makes room, or that only reads, finds none; it is made with the first write
/// of a vault, and again once there is room.
final class Reserve {
    static let name = "reserve"
    static let size = 64 << 10
    /// Always the same, so that a killed worker leaves one at most.
    private static let unfinished = "reserve.new"

    /// Whether the present call may have the room; a write that adds to the vault may not.
    var isFree = false
    private let folder: Folder
    private let entry: VaultEntry
    private let logger: Logger

    init(in privateFolder: consuming Folder, of entry: VaultEntry, logger: Logger) {
        self.folder = privateFolder
        self.entry = entry
        self.logger = logger
    }

    /// Gives the room back to the volume.
    ///
    /// - Returns: whether there was any for the present call.
    func release() throws -> Bool {
        guard self.isFree else { return false }
        self.entry.hasReserve = false
        return try self.folder.remove(Self.name)
    }

    /// Takes the room, unless it is taken or there is none.
    func refill() {
        guard !self.entry.hasReserve else { return }
        do {
            if try self.folder.status(of: Self.name) == nil { try self.create() }
            self.entry.hasReserve = true
        } catch {
            self.logger.debug("A vault has no reserve", metadata: ["error": "\(error)"])
        }
    }

    private func create() throws {
        try self.folder.remove(Self.unfinished)
        let file = try self.folder.createFile(Self.unfinished, mode: 0o600)
        do {
            // Random, so that no file system saves the blocks.
            var generator = SystemRandomNumberGenerator()
            try file.write((0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            try file.sync()
            try self.folder.rename(Self.unfinished, to: Self.name)
        } catch {
            try self.folder.remove(Self.unfinished)
            throw error
        }
    }
}
