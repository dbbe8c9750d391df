internal import GRDB

extension IndexFolder {
    /// Runs a query on a database of its own; no user's index is called that.
    func probe() throws {
        let queue = try DatabaseQueue(path: self.path + "/.probe.db")
        _ = try queue.inDatabase { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
        try queue.close()
    }
}
