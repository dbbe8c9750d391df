/// A link from a note to another.
package struct NoteLink: Sendable, Hashable {
    /// What the link names, as written, without heading or block.
    package let target: String
    /// The path of the note it leads to; `nil` as long as there is none.
    package let resolvedPath: String?
    /// The text shown for the link, where it has one of its own.
    package let alias: String?
}
