/// Why bytes are not JSON.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Without the place.
    public let message: String
    /// In bytes from the start.
    public let offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// The message with the place.
    public var description: String { "\(self.message) at byte \(self.offset)" }
}
