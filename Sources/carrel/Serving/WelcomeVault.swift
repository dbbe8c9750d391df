import Encodings
import Vault

/// The first notes of a new vault.
enum WelcomeVault {
    /// Writes the notes into an empty vault.
    ///
    /// - Returns: how many were written; 0 if the vault has notes.
    static func fill(_ vault: Vault) async throws -> Int {
        guard try await vault.noteCount() == 0 else { return 0 }
        for draft in Self.notes { _ = try await vault.write(draft) }
        return Self.notes.count
    }

    private static let notes = [Self.welcome, Self.writing, Self.agents]

    private static let welcome = NoteDraft(
        path: "welcome.md",
        body: """
            # Welcome to your carrel

            A *carrel* is a private desk in a shared library. These notes are yours alone: plain Markdown files \
            that you and your agents read, write, link and search.

            - [[Writing notes]] says what a note can hold.
            - [[Working with agents]] says what to ask your agent.

            Delete these notes whenever you like. #welcome
            """,
        title: nil,
        metadata: ["tags": .array([.string("welcome")])],
        ifMatch: RevisionCondition.none
    )

    private static let writing = NoteDraft(
        path: "guide/writing-notes.md",
        body: """
            # Writing notes

            A note is Markdown with optional YAML frontmatter. Link another note with `[[Its title]]`: the link \
            works as soon as that note exists, and the other note knows who links to it. Tags stand in the \
            frontmatter or in the text, such as #guide.

            Back to [[Welcome to your carrel]].
            """,
        title: nil,
        metadata: ["tags": .array([.string("guide")])],
        ifMatch: RevisionCondition.none
    )

    private static let agents = NoteDraft(
        path: "guide/working-with-agents.md",
        body: """
            # Working with agents

            Try these:

            - "What do my notes say about links?"
            - "Write down what we decided today, and link it from the welcome note."
            - "Which notes link to [[Writing notes]]?"

            An agent that passes the revision it read never overwrites a change it has not seen. #guide
            """,
        title: nil,
        metadata: ["tags": .array([.string("guide")])],
        ifMatch: RevisionCondition.none
    )
}
