/// A link from a note to another.
public struct NoteLink: Sendable, Hashable {
    /// What the link names, as written, without heading or block.
    public let target: String
    /// The path of the note it leads to; `nil` as long as there is none.
    public let resolvedPath: String?
    /// The text shown for the link, where it has one of its own.
    public let alias: String?

    /// Makes a link.
    public init(target: String, resolvedPath: String?, alias: String?) {
        self.target = target
        self.resolvedPath = resolvedPath
        self.alias = alias
    }
}
