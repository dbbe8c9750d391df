internal import Files
internal import NoteFormat

/// A note as it is stored: what its file says, with its path, its revision and the time of its last change.
///
/// A class, so that the cache and its readers share one.
final class StoredNote: Sendable {
    let path: NotePath
    let parsed: ParsedNote
    let revision: String
    let sizeBytes: Int
    /// When the file was last changed, in milliseconds since 1970.
    let updated: Int

    init(path: NotePath, bytes: [UInt8], updated: Int) {
        self.path = path
        self.parsed = ParsedNote(bytes, stem: path.stem)
        self.revision = Revision.of(bytes)
        self.sizeBytes = bytes.count
        self.updated = updated
    }

    convenience init(path: NotePath, file: NoteFile) {
        self.init(path: path, bytes: file.bytes, updated: file.stamp.modifiedMilliseconds)
    }

    /// About how many bytes of memory the note takes.
    var cost: Int {
        self.parsed.body.utf8.count + self.parsed.links.count * 96 + self.parsed.outline.count * 64 + 1024
    }
}
