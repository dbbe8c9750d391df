internal import NoteFormat

/// The names by which links find a note.
struct NoteNames: Hashable, Sendable {
    let path: String
    /// The path without `.md`.
    let pathSlug: String
    let titleSlug: String

    init(path: NotePath, title: String) {
        self.path = path.text
        self.pathSlug = Slug.of(path.text.dropLast(3))
        self.titleSlug = Slug.of(title)
    }

    init(path: String, pathSlug: String, titleSlug: String) {
        self.path = path
        self.pathSlug = pathSlug
        self.titleSlug = titleSlug
    }

    /// The keys under which a link's ``LinkTarget/key`` finds the note: by its file's name, and by its title.
    var nameKey: String { Slug.lastComponent(self.pathSlug) }
    var titleKey: String { Slug.lastComponent(self.titleSlug) }
}
