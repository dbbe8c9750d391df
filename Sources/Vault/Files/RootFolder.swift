internal import Files
internal import Logging
internal import Synchronization

/// A folder that the operator named, opened again when its volume has been lost and is back.
final class RootFolder: Sendable {
    /// The folder as one opening of it.
    final class Opened: Sendable {
        let folder: Folder
        let identity: FileIdentity
        /// Which opening it is; inodes of a volume that was mounted again may be those of other files before.
        let number: Int

        init(_ folder: consuming Folder, number: Int) throws {
            self.identity = try folder.identity()
            self.folder = folder
            self.number = number
        }
    }

    private struct State {
        /// `nil` while the volume is not there.
        var opened: Opened?
        var number = 0
        var volume: String?
        var replaced: ContinuousClock.Instant?
    }

    let path: String
    /// Whether the folder has a mark, without which it is not used.
    private let isMarked: Bool
    private let logger: Logger
    private let state = Mutex(State())

    /// Opens a folder, and creates it where it is missing.
    init(_ path: String, isMarked: Bool, logger: Logger) throws {
        self.path = path
        self.isMarked = isMarked
        self.logger = logger
        _ = try self.accept(try OperatorFolder.openOrCreate(path))
    }

    /// The folder; where the volume was not there at the last look, it is looked for again.
    ///
    /// - Throws: ``VaultError`` with ``VaultError/Code/unavailable`` while it is not there.
    func current() throws -> Opened {
        if let opened = self.state.withLock({ $0.opened }) { return opened }
        return try self.losing { try self.accept(try Folder.open(path: self.path)) }
    }

    /// Looks which folder has the path now, and uses that one if it is of the same volume.
    ///
    /// - Parameter isCreating: whether to create the folder where it is missing.
    /// - Throws: ``VaultError`` with ``VaultError/Code/unavailable`` where it is not.
    func check(isCreating: Bool = false) throws {
        try self.losing {
            let folder =
                isCreating ? try Folder.openOrCreate(path: self.path) : try Folder.open(path: self.path)
            let (opened, volume) = self.state.withLock { ($0.opened, $0.volume) }
            let isKnown = try folder.identity() == opened?.identity
            if isKnown, try !self.isMarked || (volume != nil && VolumeMark.read(in: folder) == volume) { return }
            _ = try self.accept(folder)
        }
    }

    /// Opens the folder again after an error that says that what is open is of no more use.
    func reopen() throws {
        let isDue = self.state.withLock { state in
            // Calls that fail at the same time open it once.
            if state.opened != nil, let last = state.replaced, last.duration(to: .now) < .seconds(1) { return false }
            state.replaced = .now
            return true
        }
        guard isDue else { return }
        try self.losing {
            let folder = try Folder.open(path: self.path)
            // What another machine has removed within the folder is stale as well.
            if try folder.identity() == self.state.withLock({ $0.opened?.identity }), self.isUsable { return }
            _ = try self.accept(folder)
        }
    }

    /// Whether the folder that is open can still be asked.
    private var isUsable: Bool {
        do {
            _ = try self.state.withLock { $0.opened }?.folder.status(of: VolumeMark.name)
            return true
        } catch {
            return false
        }
    }

    /// Does not use the folder any more where a look at it fails.
    private func losing<Value>(_ look: () throws -> Value) throws -> Value {
        do {
            return try look()
        } catch {
            let wasThere = self.state.withLock { state in
                defer { state.opened = nil }
                return state.opened != nil
            }
            if wasThere {
                self.logger.error("Lost a volume", metadata: ["error": "\(error)", "folder": "\(self.path)"])
            }
            throw VaultError(
                .unavailable,
                "the volume is not mounted; nothing was changed",
                hint: "The server's operator has to mend this.",
                cause: error
            )
        }
    }

    private func accept(_ folder: consuming Folder) throws -> Opened {
        let volume = self.isMarked ? try self.volume(of: folder) : nil
        let number = self.state.withLock { state in
            state.number += 1
            return state.number
        }
        let opened = try Opened(folder, number: number)
        self.state.withLock { state in
            state.volume = volume ?? state.volume
            state.opened = opened
        }
        if number > 1 { self.logger.notice("Opened a volume again", metadata: ["folder": "\(self.path)"]) }
        return opened
    }

    /// The volume's mark, which must be that of the first opening.
    private func volume(of folder: borrowing Folder) throws -> String? {
        let mark = try VolumeMark.read(in: folder)
        guard let known = self.state.withLock({ $0.volume }) else {
            if let mark { return mark }
            do {
                return try VolumeMark.create(in: folder)
            } catch {
                // A full or read-only volume can be read; the next look tries again.
                self.logger.debug("The volume has no mark yet", metadata: ["error": "\(error)"])
                return nil
            }
        }
        guard mark == known else { throw VolumeMark.Foreign(isMissing: mark == nil) }
        return mark
    }
}
