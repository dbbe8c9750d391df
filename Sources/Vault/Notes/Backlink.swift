/// A note that links to the one asked about.
public struct Backlink: Sendable, Hashable {
    /// The path of the note that has the link.
    public let path: String
    /// Its title.
    public let title: String
    /// The line that the link is on.
    public let context: String

    /// Makes a backlink.
    public init(path: String, title: String, context: String) {
        self.path = path
        self.title = title
        self.context = context
    }
}
