internal import GRDB
internal import Synchronization

/// An open index: a connection for writing, and one for each read that runs at a time.
final class IndexHandle: Sendable {
    let identity: IndexIdentity
    private let user: UserFolder
    private let connections: Mutex<Connections>

    private struct Connections {
        var writer: DatabaseQueue?
        var readers: [DatabaseQueue?]
        var hasLargePages = false
    }

    init(_ user: UserFolder, identity: IndexIdentity, connection: DatabaseQueue) {
        self.user = user
        self.identity = identity
        var readers = [DatabaseQueue?](repeating: nil, count: ReadQueue.width)
        readers[0] = connection
        self.connections = Mutex(Connections(writer: nil, readers: readers))
    }

    /// The connection of a slot, of which each is used by one thread at a time.
    func reader(_ slot: Int, in folder: borrowing IndexFolder) throws -> DatabaseQueue {
        if let reader = self.connections.withLock({ $0.readers[slot] }) { return reader }
        let reader = try folder.connect(self.user)
        try reader.inDatabase { try folder.setJournalMode($0) }
        self.connections.withLock { $0.readers[slot] = reader }
        return reader
    }

    /// Interrupts the statement that runs on the connection of a slot, if one does.
    func interrupt(_ slot: Int) {
        self.connections.withLock { $0.readers[slot]?.interrupt() }
    }

    /// The connection for writes; used under the user's write lock only.
    func writer(in folder: borrowing IndexFolder) throws -> DatabaseQueue {
        if let writer = self.connections.withLock({ $0.writer }) { return writer }
        let writer = try folder.connect(self.user)
        try writer.inDatabase { try folder.setJournalMode($0) }
        self.connections.withLock { $0.writer = writer }
        return writer
    }

    /// Whether the index has small pages and too many of them; to be called under the user's write lock.
    func hasOutgrownPages(in folder: borrowing IndexFolder) throws -> Bool {
        if self.connections.withLock({ $0.hasLargePages }) { return false }
        let (isSmall, isOutgrown) = try self.writer(in: folder).inDatabase { try IndexPages.size($0) }
        if !isSmall { self.connections.withLock { $0.hasLargePages = true } }
        return isOutgrown
    }

    /// Closes all connections; nothing may run on them.
    func close() throws {
        let all = self.connections.withLock { connections in
            let all = connections.readers + [connections.writer]
            connections.writer = nil
            connections.readers = connections.readers.map { _ in nil }
            return all
        }
        for connection in all { try connection?.close() }
    }
}
