/// The error of this module.
package struct NoteFormatError: Error, Hashable, Sendable {
    /// What kind of failure it is; an open set.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// What a caller wants to set in the frontmatter breaks a rule, or cannot be set there.
        package static let invalidMetadata = Code(rawValue: "invalid_metadata")
        /// The frontmatter cannot be read, or cannot be edited key by key.
        static let invalidFrontmatter = Code(rawValue: "invalid_frontmatter")
        /// The frontmatter is YAML, but a text or a list.
        static let noMapping = Code(rawValue: "no_mapping")
    }

    package let code: Code
    /// What is wrong, for the caller to read.
    package let message: String
    /// What the caller can do about it.
    package let hint: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The frontmatter cannot be read or edited.
    static func frontmatter(_ message: String) -> NoteFormatError { NoteFormatError(.invalidFrontmatter, message) }

    static let noMapping = NoteFormatError(.noMapping, "it is not a list of keys and values")
}

extension NoteFormatError: CustomStringConvertible {
    package var description: String { self.message }
}
