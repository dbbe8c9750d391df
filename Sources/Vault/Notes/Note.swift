package import Encodings
package import NoteFormat

/// A note with its text and all that is known of it.
package struct Note: Sendable, Hashable {
    /// The path within the vault.
    package let path: String
    /// The frontmatter's title, else the first heading of level 1, else the file's name.
    package let title: String
    /// The text without frontmatter.
    package let body: String
    /// The lines of the text, at least 1.
    package let lineCount: Int
    package let metadata: JSONObject
    /// When the note was last changed, in ISO 8601, UTC.
    package let updated: String
    /// When the note was made, as its frontmatter has it.
    package let created: String?
    /// The first 16 hexadecimal digits of the SHA-256 of the file's bytes.
    package let revision: String
    package let outline: [Heading]
    /// The links to other notes, in the order of the text.
    package let links: [NoteLink]
    /// How many notes link to this one.
    package let backlinksCount: Int
    /// The bytes of the note's file, frontmatter included.
    package let sizeBytes: Int
    /// What is wrong with the file, such as frontmatter that is not YAML; `nil` where nothing is.
    package let warning: String?
}
