internal import Files
internal import Glibc

/// The folder in which the holder of a vault's write lock prepares files: `.carrel/stage/<fencing token>/`.
///
/// A file becomes a note by a rename out of it, and a note is deleted by a rename into it. The next holder removes the
/// folders of earlier ones before anything else, so that a rename fails which a holder makes too late.
struct StageFolder: ~Copyable {
    private static let name = "stage"
    private static let sequenceName = "sequence"
    /// The folder of workers that share a machine, where the kernel's lock is enough.
    static let localToken: Int64 = 0

    let folder: Folder

    /// Opens the folder of a turn; without one that of workers that share a machine, which is created where it is missing.
    ///
    /// With it go the folders of leases, whose numbers know nothing of what is written without one.
    static func open(_ turn: WriteTurn?, in privateFolder: borrowing Folder, _ look: FreshLook) throws -> StageFolder {
        if let turn { return try self.open(turn.token, in: privateFolder, look) }
        let stages = try privateFolder.openOrCreateFolder(Self.name)
        let name = String(Self.localToken)
        if let folder = try stages.folder(name, for: .listing) { return StageFolder(folder: folder) }
        for lease in try stages.names() { try stages.removeTree(lease) }
        return StageFolder(folder: try stages.openOrCreateFolder(name))
    }

    /// Makes the folder of a holder's token in a vault that is to take this one's place.
    static func prepare(_ turn: WriteTurn, sequence: Int64, in privateFolder: borrowing Folder) throws {
        let stages = try privateFolder.openOrCreateFolder(Self.name)
        try StageFolder(folder: try stages.openOrCreateFolder(String(turn.token))).store(sequence)
    }

    /// Opens the folder of the holder's token.
    ///
    /// - Throws: ``LeaseLost`` where another worker has removed it.
    static func open(_ token: Int64, in privateFolder: borrowing Folder, _ look: FreshLook) throws -> StageFolder {
        guard let stages = try privateFolder.folder(Self.name, for: .traversing) else { throw LeaseLost() }
        try stages.refresh(look)
        guard let folder = try stages.folder(String(token), for: .listing) else { throw LeaseLost() }
        return StageFolder(folder: folder)
    }

    /// Takes a vault over: makes the folder of the turn's token, and removes those of all earlier holders.
    ///
    /// - Parameter isFull: whether to make the folder in the room of those before. A worker that dies in between leaves
    ///   none; then the coordinator alone knows the number of the last change.
    /// - Returns: the folder, with the number of the last change that the volume knows of.
    static func takeOver(
        _ turn: WriteTurn,
        in privateFolder: borrowing Folder,
        _ look: FreshLook,
        isFull: Bool = false
    ) throws -> StageFolder {
        let stages = try privateFolder.openOrCreateFolder(Self.name)
        try stages.refresh(look)
        let earlier = try stages.names()
        // Tokens start anew when Redis has lost them.
        if let last = earlier.compactMap({ Int64($0) }).max(), last >= turn.token { try turn.raise(to: last + 1) }
        let sequence = try Self.lastSequence(in: stages, earlier)
        if isFull { for name in earlier { try stages.removeTree(name) } }
        let stage = StageFolder(folder: try stages.openOrCreateFolder(String(turn.token)))
        // A worker that takes over from now on sees this folder, and removes it.
        try turn.confirm(within: .zero)
        if let sequence { try stage.store(sequence) }
        if !isFull { for name in earlier { try stages.removeTree(name) } }
        return stage
    }

    /// The number of the last change that the volume knows of; `nil` where it has none.
    func sequence() throws -> Int64? { try Self.sequence(in: self.folder) }

    /// The largest number of a vault, for a worker that holds no lock.
    static func lastSequence(in privateFolder: borrowing Folder, _ look: FreshLook) throws -> Int64? {
        guard let stages = try privateFolder.folder(Self.name, for: .listing) else { return nil }
        try stages.refresh(look)
        return try self.lastSequence(in: stages, try stages.names())
    }

    private static func lastSequence(in stages: borrowing Folder, _ names: [String]) throws -> Int64? {
        var last: Int64?
        for name in names {
            guard let folder = try stages.folder(name, for: .traversing),
                let known = try Self.sequence(in: folder)
            else { continue }
            last = max(known, last ?? 0)
        }
        return last
    }

    /// Stores the number of a change that is about to be made, and waits until it is on disk.
    func store(_ sequence: Int64) throws {
        do {
            try self.folder.overwriteFile(Self.sequenceName, with: Array("\(sequence)\n".utf8), mode: 0o640)
        } catch let error as FilesError where Self.isGone(error) {
            throw LeaseLost()
        }
    }

    /// Creates a file to be prepared.
    func createFile(_ name: String) throws -> Descriptor {
        do {
            return try self.folder.createFile(name, mode: 0o640)
        } catch let error as FilesError where Self.isGone(error) {
            throw LeaseLost()
        }
    }

    /// Makes a prepared file a note.
    ///
    /// - Parameters:
    ///   - file: the prepared file.
    ///   - replacing: whether a file of the name may be replaced.
    /// - Returns: whether it was moved; `false` where there is a file of the name that must not be replaced.
    /// - Throws: ``LeaseLost`` where another worker has taken the vault over.
    func move(
        _ file: borrowing Descriptor,
        _ name: String,
        to folder: borrowing Folder,
        as newName: String,
        replacing: Bool
    ) throws -> Bool {
        do {
            if replacing {
                try self.folder.move(name, to: folder, as: newName)
            } else if try !self.folder.moveUnlessPresent(name, to: folder, as: newName) {
                return try Self.has(folder, newName, file)
            }
            return true
        } catch let error as FilesError where Self.isGone(error) {
            // A server that has restarted may carry a call out twice.
            guard try Self.has(folder, newName, file) else { throw LeaseLost() }
            return true
        }
    }

    /// Deletes a note.
    ///
    /// - Parameter temporary: the name the file has until it is removed.
    func take(_ name: String, from folder: borrowing Folder, as temporary: String) throws {
        do {
            try folder.move(name, to: self.folder, as: temporary)
        } catch let error as FilesError where Self.isGone(error) {
            guard try self.folder.status(of: temporary) != nil else { throw LeaseLost() }
        }
    }

    private static func has(_ folder: borrowing Folder, _ name: String, _ file: borrowing Descriptor) throws -> Bool {
        guard let status = try folder.status(of: name) else { return false }
        return FileIdentity(status) == FileIdentity(try file.status())
    }

    /// Removes what an interrupted write has left.
    func clear() throws {
        for name in try self.folder.names() where UniqueName.isTemporary(name) { try self.folder.remove(name) }
    }

    /// Whether a call failed as the folder has been removed.
    private static func isGone(_ error: FilesError) -> Bool { error.errno == ENOENT || error.errno == ESTALE }

    private static func sequence(in folder: borrowing Folder) throws -> Int64? {
        guard let file = try folder.file(Self.sequenceName) else { return nil }
        guard let bytes = try file.read(sizeHint: 32, limit: 64), let text = String(validating: bytes, as: UTF8.self)
        else {
            return nil
        }
        return text.split(separator: "\n").first.flatMap { Int64($0) }
    }
}
