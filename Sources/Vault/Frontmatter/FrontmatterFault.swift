/// Why frontmatter cannot be read or changed, for a person to read.
struct FrontmatterFault: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// It is YAML, but a text or a list.
    static let noKeys = FrontmatterFault("it is not a list of keys and values")
}
