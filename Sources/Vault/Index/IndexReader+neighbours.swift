internal import NoteFormat

extension IndexReader {
    /// The paths that stand next to a path in the order of file names, and in the order of paths.
    ///
    /// - Parameter reach: how many at most before it and behind it, in each order.
    func paths(near path: NotePath, reach: Int) throws -> [String] {
        let last = self.scope.nextParameter
        let statement = try self.statement(Self.neighbours(in: self.scope))
        statement.bind(Slug.lastComponent(Slug.of(path.text.dropLast(3))), at: 2)
        statement.bind(path.text, at: Int32(last))
        statement.bind(reach, at: Int32(last + 1))
        var paths: [String] = []
        while try statement.next() { paths.append(statement.text(0)) }
        return paths
    }

    /// Each part ends at its limit, on an index in its order.
    static func neighbours(in scope: Scope) -> String {
        let (path, reach) = ("?\(scope.nextParameter)", "?\(scope.nextParameter + 1)")
        let parts = [
            "name_key >= ?2 ORDER BY name_key", "name_key < ?2 ORDER BY name_key DESC",
            "path > \(path) ORDER BY path", "path < \(path) ORDER BY path DESC",
        ]
        return parts.map { part in
            "SELECT path FROM (SELECT path FROM notes WHERE user_id = ?1\(scope.condition) AND \(part) LIMIT \(reach))"
        }.joined(separator: " UNION ")
    }
}
