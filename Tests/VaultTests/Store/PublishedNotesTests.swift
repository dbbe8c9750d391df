import Testing

@testable import Vault

/// What a file says of a note, against what has been published of it.
@Suite struct PublishedNotesTests {
    private func published(_ revision: String?, updated: Int, age: Duration = .zero) -> PublishedNotes {
        let notes = PublishedNotes()
        let change = NoteChange(path: "a.md", revision: revision, updated: updated)
        notes.add(
            NoteChanges(
                sequence: 1,
                entries: [NoteChanges.Entry(change: change, age: age)],
                isComplete: true,
                gapAge: nil
            )
        )
        return notes
    }

    @Test func aFileAsPublishedOrNewerIsThere() throws {
        let path = try NotePath("a.md")
        let notes = self.published("r2", updated: 100)
        #expect(try notes.isThere(path, ("r2", 50)))
        #expect(try notes.isThere(path, ("r3", 101)))
        #expect(try notes.isThere(try NotePath("other.md"), ("r1", 1)))
        #expect(try !notes.isThere(try NotePath("other.md"), nil))
    }

    @Test func anOlderFileIsStale() throws {
        let path = try NotePath("a.md")
        let notes = self.published("r2", updated: 100)
        #expect(throws: StaleNote.self) { try notes.isThere(path, ("r1", 99)) }
        #expect(throws: StaleNote.self) { try notes.isThere(path, nil) }
    }

    @Test func aFileOfADeletedNoteIsNotThere() throws {
        let path = try NotePath("a.md")
        let notes = self.published(nil, updated: 100)
        #expect(try !notes.isThere(path, ("r1", 99)))
        #expect(try !notes.isThere(path, nil))
        // Written again, and not published yet.
        #expect(try notes.isThere(path, ("r2", 101)))
    }

    @Test func whatWasPublishedLongAgoSaysNothing() throws {
        let path = try NotePath("a.md")
        let notes = self.published(nil, updated: 100, age: .seconds(61))
        #expect(try notes.isThere(path, ("r1", 99)))
    }

    /// A worker that died in a deletion has left a note that was published and is not there.
    @Test func whatWasPublishedBeforeAGapCountsForAMomentOnly() throws {
        let path = try NotePath("a.md")
        for (gapAge, isStale) in [(Duration.seconds(1), true), (.seconds(3), false)] {
            let notes = self.published("r2", updated: 100, age: .seconds(5))
            notes.add(NoteChanges(sequence: 3, entries: [], isComplete: false, gapAge: gapAge))
            if isStale {
                #expect(throws: StaleNote.self) { try notes.isThere(path, nil) }
            } else {
                #expect(try !notes.isThere(path, nil))
                #expect(try notes.isThere(path, ("r1", 99)))
            }
        }
        let later = self.published("r2", updated: 100, age: .seconds(1))
        later.add(NoteChanges(sequence: 2, entries: [], isComplete: true, gapAge: .seconds(3)))
        #expect(throws: StaleNote.self) { try later.isThere(path, nil) }
    }

    @Test func anEarlierListDoesNotReplaceALaterOne() throws {
        let path = try NotePath("a.md")
        let notes = self.published("r2", updated: 100)
        notes.add([NoteChange(path: "a.md", revision: "r3", updated: 90)], sequence: 2)
        notes.add([NoteChange(path: "a.md", revision: "r1", updated: 80)], sequence: 1)
        #expect(try notes.isThere(path, ("r3", 90)))
        #expect(notes.sequence == 2)
    }
}
