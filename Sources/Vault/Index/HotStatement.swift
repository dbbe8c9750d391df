internal import GRDB
internal import GRDBSQLite

/// A prepared statement that is used many thousand times a second.
///
/// Binds and reads through SQLite itself: GRDB's rows and arguments cost more than the statements they are for.
struct HotStatement: ~Copyable {
    private let prepared: Statement
    private let statement: OpaquePointer
    private let database: Database

    /// Prepares a statement, or takes one that is prepared already.
    ///
    /// - Parameter isKept: whether it stays prepared.
    init(_ db: Database, _ sql: String, isKept: Bool = true) throws {
        self.prepared = try isKept ? db.cachedStatement(sql: sql) : db.makeStatement(sql: sql)
        self.statement = self.prepared.sqliteStatement
        self.database = db
    }

    // Ends the read transaction, and resets the statement for its next use.
    deinit { sqlite3_reset(self.statement) }

    func bind(_ text: String, at index: Int32) {
        var text = text
        // SQLITE_TRANSIENT: SQLite takes a copy.
        text.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(
                    self.statement,
                    index,
                    $0.baseAddress,
                    Int32($0.count),
                    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                )
            }
        }
    }

    func bind(_ number: Int, at index: Int32) { sqlite3_bind_int64(self.statement, index, Int64(number)) }
    func bind(_ number: Double, at index: Int32) { sqlite3_bind_double(self.statement, index, number) }

    /// Goes to the next row.
    ///
    /// - Returns: whether there is one.
    func next() throws -> Bool {
        switch sqlite3_step(self.statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: sqlite3_errmsg(self.database.sqliteConnection).map { String(cString: $0) },
                sql: self.prepared.sql
            )
        }
    }

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(self.statement, column)) }
    func double(_ column: Int32) -> Double { sqlite3_column_double(self.statement, column) }
    func text(_ column: Int32) -> String { self.withBytes(column) { String(decoding: $0, as: UTF8.self) } }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(self.statement, column) == SQLITE_NULL }

    /// A text that changes to the index depend on.
    ///
    /// - Throws: ``DatabaseError`` where the row holds none, in spite of the schema.
    func requiredText(_ column: Int32) throws -> String {
        guard sqlite3_column_type(self.statement, column) == SQLITE_TEXT else {
            throw DatabaseError(resultCode: .SQLITE_MISMATCH, message: "a text is missing", sql: self.prepared.sql)
        }
        return self.text(column)
    }

    /// A text's bytes, without a copy.
    func withBytes<Result>(_ column: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        let bytes = sqlite3_column_text(self.statement, column)
        return try body(UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(self.statement, column))))
    }
}
