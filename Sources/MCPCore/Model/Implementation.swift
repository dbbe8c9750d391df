/// The name and version of a client or a server.
public struct Implementation: Sendable, Hashable {
    /// For machines.
    public let name: String
    /// For people.
    public let title: String?
    /// Which one.
    public let version: String

    /// Describes a program.
    public init(name: String, title: String? = nil, version: String) {
        self.name = name
        self.title = title
        self.version = version
    }
}
