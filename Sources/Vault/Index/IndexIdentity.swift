internal import Files

/// Which file an index is, and by which opening of its folder it was found.
struct IndexIdentity: Hashable, Sendable {
    let file: FileIdentity
    let opening: Int
}
