/// A link as a note's text has it, not yet resolved.
package struct RawLink: Hashable, Sendable {
    /// How a link is written, which decides how its target is found.
    package enum Kind: Int, Sendable {
        /// `[[Target]]`, by path, title or file name.
        case wiki = 0
        /// `[text](path.md)`, by path.
        case markdown = 1
    }

    package let kind: Kind
    /// What the link names, without heading or block.
    package let target: String
    package let alias: String?
    /// Where it begins within the body, in bytes.
    package let offset: Int
}
