/// What is known of a vault's changes since a sequence number.
package struct NoteChanges: Sendable {
    package struct Entry: Sendable {
        package let change: NoteChange
        /// How long ago it was published.
        package let age: Duration

        package init(change: NoteChange, age: Duration) {
            self.change = change
            self.age = age
        }
    }

    /// The number of the last change; `nil` where it is unknown.
    package let sequence: Int64?
    /// The changes that are listed, in their order.
    package let entries: [Entry]
    /// Whether these are all changes since.
    package let isComplete: Bool
    /// How long ago more than single notes has changed; `nil` where it never has.
    package let gapAge: Duration?

    package init(sequence: Int64?, entries: [Entry], isComplete: Bool, gapAge: Duration?) {
        self.sequence = sequence
        self.entries = entries
        self.isComplete = isComplete
        self.gapAge = gapAge
    }
}
