/// A link as a note's text has it, not yet resolved.
struct RawLink: Hashable, Sendable {
    /// How a link is written, which decides how its target is found.
    enum Kind: Int, Sendable {
        /// `[[Target]]`, by path, title or file name.
        case wiki = 0
        /// `[text](path.md)`, by path.
        case markdown = 1
    }

    let kind: Kind
    /// What the link names, without heading or block.
    let target: String
    let alias: String?
    /// Where it begins within the body, in bytes.
    let offset: Int
}
