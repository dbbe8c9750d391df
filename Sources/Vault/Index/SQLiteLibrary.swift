internal import CSQLite

/// Settings for the whole of SQLite, once in a process.
enum SQLiteLibrary {
    /// Keeps SQLite from counting its memory, and so from acquiring a global lock with every allocation.
    ///
    /// It must come before anything else that SQLite does; where it comes too late all works the same, but slower.
    ///
    /// - Returns: whether it came in time.
    @discardableResult
    static func configure() -> Bool { self.isConfigured }

    private static let isConfigured = carrel_sqlite_drop_memory_statistics() == SQLITE_OK
}
