/// The condition that a note is in a folder or the folders within it.
enum FolderFilter {
    // The first half is one range of an index; the second tells folders apart that differ only in case.
    static let sql = "path_order >= ? AND path_order < ? AND substr(path, 1, ?) = ?"

    static func bind(_ folder: FolderPath, to statement: borrowing HotStatement, with binder: inout Binder) {
        let prefix = folder.text + "/"
        let order = PathOrder.key(prefix)
        binder.bind(order, to: statement)
        // '0' follows '/': behind all that begins with the prefix.
        binder.bind(String(order.dropLast()) + "0", to: statement)
        binder.bind(prefix.unicodeScalars.count, to: statement)
        binder.bind(prefix, to: statement)
    }

    /// The condition that a note is in one of the folders that a vault is held to.
    static func condition(of restriction: FolderRestriction) -> String {
        "(" + restriction.folders.map { _ in "(\(Self.sql))" }.joined(separator: " OR ") + ")"
    }

    static func bind(
        _ restriction: FolderRestriction,
        to statement: borrowing HotStatement,
        with binder: inout Binder
    ) {
        for folder in restriction.folders { self.bind(folder, to: statement, with: &binder) }
    }
}
