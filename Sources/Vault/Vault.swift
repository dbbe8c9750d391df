/// One user's notes, and never another's.
///
/// A value of this type is all that a handler is given: no user id and no path root.
public struct Vault: Sendable {
    /// Whose notes these are.
    public let user: String
    private let store: VaultStore

    init(user: String, store: VaultStore) {
        self.user = user
        self.store = store
    }

    /// Lists notes.
    public func list(_ query: NoteQuery) async throws -> NotePage {
        throw VaultError(.unavailable, "not there yet")
    }

    /// Reads a note.
    public func read(_ path: String) async throws -> Note {
        throw VaultError(.unavailable, "not there yet")
    }

    /// Creates a note or replaces its text.
    public func write(_ draft: NoteDraft) async throws -> WrittenNote {
        throw VaultError(.unavailable, "not there yet")
    }

    /// Deletes a note.
    ///
    /// - Returns: the revision that was deleted.
    public func delete(_ path: String, ifMatch: RevisionCondition?) async throws -> String {
        throw VaultError(.unavailable, "not there yet")
    }

    /// Searches the text of all notes.
    public func search(_ query: SearchQuery) async throws -> SearchPage {
        throw VaultError(.unavailable, "not there yet")
    }

    /// The notes that link to a note, last updated first.
    public func backlinks(to path: String) async throws -> [Backlink] {
        throw VaultError(.unavailable, "not there yet")
    }

    /// Every tag with the number of notes that have it, most used first.
    public func tags() async throws -> [TagCount] {
        throw VaultError(.unavailable, "not there yet")
    }

    /// How many notes there are.
    public func noteCount() async throws -> Int {
        throw VaultError(.unavailable, "not there yet")
    }
}
