/// The name and version of a client or a server.
public struct Implementation: Sendable, Hashable {
    /// The name for programs.
    public let name: String
    /// The name for people.
    public let title: String?
    /// The program's version.
    public let version: String

    package init(name: String, title: String? = nil, version: String) {
        self.name = name
        self.title = title
        self.version = version
    }
}
