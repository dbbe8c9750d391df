/// A tool that cannot be registered; a mistake in the server, found when it starts.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
