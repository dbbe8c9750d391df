/// What the index knows of a note's links, of one moment.
struct LinkSummary {
    /// The id of the note.
    let id: Int64
    /// How many notes link to it.
    let backlinks: Int
    /// The paths that its links lead to, by what they name.
    let linkedPaths: [String: String]

    /// Reads a row with id, number of backlinks, and targets and paths joined as a text.
    init(_ row: borrowing HotStatement) {
        self.id = Int64(row.integer(0))
        self.backlinks = row.integer(1)
        self.linkedPaths = row.withBytes(2) { Self.pairs($0) }
    }

    private static func pairs(_ bytes: UnsafeBufferPointer<UInt8>) -> [String: String] {
        guard !bytes.isEmpty else { return [:] }
        var pairs: [String: String] = [:]
        for pair in bytes.split(separator: 30) {
            guard let middle = pair.firstIndex(of: 31) else { continue }
            let target = String(decoding: pair[..<middle], as: UTF8.self)
            pairs[target] = String(decoding: pair[(middle + 1)...], as: UTF8.self)
        }
        return pairs
    }

    /// Takes the user and the path.
    ///
    /// Control characters separate targets from paths: no path has any, and a target that has leads nowhere.
    static func sql(_ scope: Scope) -> String {
        """
        SELECT id, (
            SELECT count(DISTINCT source_id) FROM links
            WHERE user_id = ?1 AND target_id = notes.id AND source_id <> notes.id\(scope.condition(onNote: "source_id"))
        ), (
            SELECT group_concat(links.target || char(31) || linked.path, char(30)) FROM links
            JOIN notes AS linked ON linked.id = links.target_id AND linked.user_id = ?1
            WHERE links.user_id = ?1 AND links.source_id = notes.id\(scope.condition(onNote: "links.target_id"))
        ) FROM notes WHERE user_id = ?1 AND path = ?2
        """
    }

    /// Every read of a note runs it.
    static let wholeSQL = Self.sql(.whole)
}
