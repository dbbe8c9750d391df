internal import GRDB

/// The size of the pages of an index.
///
/// Each of its twenty b-trees takes a page at least, so that an empty index has 25 KiB with small pages and 84 KiB with
/// large ones; searches of a thousand notes are some 8 % faster with large ones.
enum IndexPages: Int {
    case small = 1024
    case large = 4096

    /// The most pages that an index with small ones should have; about thirty notes.
    private static let most = 256
    /// How many bytes of notes an index with small pages is made for.
    static let smallVault = 64 << 10

    /// Sets the size for a file that is still empty; has no effect on any other.
    func set(_ db: Database) throws { try db.execute(sql: "PRAGMA page_size = \(self.rawValue)") }

    /// Whether an index has small pages, and whether it has more of them than it should.
    static func size(_ db: Database) throws -> (isSmall: Bool, isOutgrown: Bool) {
        guard try Int.fetchOne(db, sql: "PRAGMA page_size") == Self.small.rawValue else { return (false, false) }
        return (true, try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 > Self.most)
    }
}
