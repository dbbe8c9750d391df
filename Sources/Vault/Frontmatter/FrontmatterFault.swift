/// Why frontmatter cannot be read; a reason for a person to read, never the reader's own error text alone.
struct FrontmatterFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
