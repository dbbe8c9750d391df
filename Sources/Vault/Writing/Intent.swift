/// A change that a worker is about to make, on disk before it makes it.
struct Intent: Hashable, Sendable {
    /// What is done to a note; an open set.
    struct Operation: RawRepresentable, Hashable, Sendable {
        let rawValue: String

        static let write = Operation(rawValue: "write")
        static let delete = Operation(rawValue: "delete")
    }

    let operation: Operation
    /// The path of the note.
    let path: String
    /// The name of the file, next to the note, that the new text is written to.
    let temporary: String

    private static let heading = "carrel-intent 1"
    private static let ending = "end"

    /// The content of the intent's file; no path has a line break in it.
    var bytes: [UInt8] {
        let lines = [Self.heading, self.operation.rawValue, self.path, self.temporary, Self.ending, ""]
        return Array(lines.joined(separator: "\n").utf8)
    }

    init(_ operation: Operation, _ path: NotePath, temporary: String) {
        self.operation = operation
        self.path = path.text
        self.temporary = temporary
    }

    /// Reads an intent.
    ///
    /// - Returns: `nil` where it was not written completely, and so nothing was done after it.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 6, lines[0] == Self.heading, lines[4] == Self.ending else { return nil }
        self.operation = Operation(rawValue: String(lines[1]))
        self.path = String(lines[2])
        self.temporary = String(lines[3])
    }
}
