internal import GRDB

/// The condition that a note is in a folder or the folders within it.
enum FolderFilter {
    // The first half is one range of an index; the second tells folders apart that differ only in case.
    static let sql = "path_order >= ? AND path_order < ? AND substr(path, 1, ?) = ?"

    static func arguments(_ folder: FolderPath) -> [any DatabaseValueConvertible] {
        let prefix = folder.text + "/"
        let order = PathOrder.key(prefix)
        // '0' follows '/': behind all that begins with the prefix.
        return [order, String(order.dropLast()) + "0", prefix.unicodeScalars.count, prefix]
    }
}
