/// A tool that cannot be registered: a bug, found at startup.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    /// Names the tool or the keyword.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
