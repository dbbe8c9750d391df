/// A note that links to the one asked about.
package struct Backlink: Sendable, Hashable {
    /// The path of the note that has the link.
    package let path: String
    package let title: String
    /// The line that the link is on.
    package let context: String
}
