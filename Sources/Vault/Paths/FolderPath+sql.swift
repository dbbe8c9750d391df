/// A folder as a condition of statements on the table `notes`.
extension FolderPath {
    /// How many parameters a condition takes.
    static let parameterCount = 4

    /// The row is in a folder or the folders within it.
    ///
    /// - Parameter first: the number of the first parameter; `nil` for parameters without numbers.
    static func condition(from first: Int? = nil) -> String {
        let parameters = (0..<self.parameterCount).map { offset in first.map { "?\($0 + offset)" } ?? "?" }
        // The first half is one range of an index; the second tells folders apart that differ only in case.
        return "path_order >= \(parameters[0]) AND path_order < \(parameters[1])"
            + " AND substr(path, 1, \(parameters[2])) = \(parameters[3])"
    }

    func bind(to statement: borrowing HotStatement, with binder: inout Binder) {
        let prefix = self.text + "/"
        let order = PathOrder.key(prefix)
        binder.bind(order, to: statement)
        // '0' follows '/': behind all that begins with the prefix.
        binder.bind(String(order.dropLast()) + "0", to: statement)
        binder.bind(prefix.unicodeScalars.count, to: statement)
        binder.bind(prefix, to: statement)
    }
}
