/// The points of a write at which tests let a worker die.
enum WriteStep: String, Sendable, CaseIterable {
    case locked, intentWritten, temporaryWritten, replaced, folderSynced, indexed, intentRemoved
}
