/// The names that the files of an index have from when it is put aside until a new one stands: `.<file>.aside`.
enum AsideIndex {
    private static let ending = ".aside"

    static func name(of file: String) -> String { ".\(file)\(self.ending)" }

    /// Whether a name is that of one of some files once they are put aside; names of users may begin alike.
    ///
    /// Earlier versions appended `-` and a number, and never removed them.
    static func isOne(_ name: String, of files: [String]) -> Bool {
        files.contains { file in
            let aside = self.name(of: file)
            guard name.hasPrefix(aside) else { return false }
            let rest = name.dropFirst(aside.count)
            return rest.isEmpty
                || rest.first == "-" && rest.count > 1 && rest.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
        }
    }
}
