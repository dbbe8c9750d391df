public import MCPServer
public import Vault

/// The tools of a vault.
public enum NoteToolSet {
    /// Sent to models with `initialize`.
    public static let instructions = """
        Carrel keeps your user's Markdown notes. Paths are relative, end in .md and use / between folders, such as \
        projects/roadmap.md. Link notes with [[Title]]. Search before you write, so that a note is extended rather \
        than written twice. write_note replaces the whole body; frontmatter you do not name stays. Pass the revision \
        you read as if_match to write_note or delete_note, and a change made by somebody else meanwhile is reported \
        as a conflict rather than lost. Search ranks by words in title, headings, tags and body; recent notes rank \
        higher. Queries know "phrases", prefix*, -not, tag:x, folder:x and title:x.
        """

    /// In the order they are listed, with answers of the standard size.
    public static var tools: [Tool<Vault>] { self.tools(within: .standard) }

    /// In the order they are listed.
    package static func tools(within limit: AnswerLimit) -> [Tool<Vault>] {
        [
            .listNotes(within: limit), .readNote(within: limit), .writeNote(within: limit), .deleteNote,
            .searchNotes(within: limit), .getBacklinks(within: limit), .getTags(within: limit),
        ]
    }
}
