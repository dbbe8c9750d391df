/// The points of a write at which a worker may be killed; tests stop there.
enum WriteStep: String, Sendable, CaseIterable {
    case locked, intentWritten, temporaryWritten, replaced, folderSynced, indexed, intentRemoved
}
