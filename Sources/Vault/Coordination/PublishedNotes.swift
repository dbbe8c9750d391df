internal import Files
internal import Synchronization

/// The last changes of a vault that were published, for as long as the volume may show what was before.
///
/// File systems in user space remember names, attributes and bytes on their own, and a look at the folder does not always
/// make them ask again.
final class PublishedNotes: Sendable {
    private struct Known {
        let change: NoteChange
        let until: ContinuousClock.Instant
    }

    private struct State {
        var notes: [String: Known] = [:]
        var sequence: Int64 = 0
        /// The last gap that is known here.
        var gap: ContinuousClock.Instant?
    }

    /// How long a file system may remember.
    private static let memory: Duration = .seconds(60)
    /// How long after a gap what was published before it still counts: no longer than file systems remember by default.
    private static let memoryOfGaps: Duration = .seconds(2)
    private static let most = 2000

    private let state = Mutex(State())

    /// The number of the last change that is known here.
    var sequence: Int64 { self.state.withLock { $0.sequence } }

    /// Adds changes in their order.
    ///
    /// At a gap more has changed than was published: a note may have gone, or be an older one.
    func add(_ changes: NoteChanges) {
        if let gapAge = changes.gapAge { self.forgetWhatWasBefore(.now - gapAge) }
        let entries = changes.entries.map { ($0.change, $0.age) }
        self.add(entries, sequence: changes.sequence ?? 0)
    }

    private func forgetWhatWasBefore(_ gap: ContinuousClock.Instant) {
        self.state.withLock { state in
            guard state.gap.map({ $0 < gap - .milliseconds(100) }) ?? true else { return }
            state.gap = gap
            state.notes = state.notes.mapValues { known in
                guard known.until - Self.memory < gap else { return known }
                return Known(change: known.change, until: min(known.until, gap + Self.memoryOfGaps))
            }
        }
    }

    /// Adds what this worker has changed itself.
    func add(_ changes: [NoteChange], sequence: Int64) {
        self.add(changes.map { ($0, .zero) }, sequence: sequence)
    }

    private func add(_ changes: [(NoteChange, Duration)], sequence: Int64) {
        let now = ContinuousClock.now
        self.state.withLock { state in
            guard sequence > state.sequence else { return }
            state.sequence = sequence
            for (change, age) in changes where age < Self.memory {
                state.notes[change.path] = Known(change: change, until: now + Self.memory - age)
            }
            if state.notes.count > Self.most { state.notes = state.notes.filter { $0.value.until > now } }
        }
    }

    /// Compares what was found of a note with what was published.
    ///
    /// - Parameter file: its revision, and when it was changed, in milliseconds since 1970; `nil` where there is none.
    /// - Returns: whether the note is there; `false` too for a file that has been deleted.
    /// - Throws: ``StaleNote`` where the file is older than the note.
    func isThere(_ path: NotePath, _ file: (revision: String, modified: Int)?) throws -> Bool {
        let known = self.state.withLock { $0.notes[path.text] }
        guard let known, known.until > .now, known.change.isNewer(than: file) else { return file != nil }
        guard known.change.revision == nil else { throw StaleNote() }
        return false
    }
}

extension NoteChange {
    /// Whether a file is older than this change.
    ///
    /// - Parameter file: its revision, and when it was changed; `nil` where there is none.
    func isNewer(than file: (revision: String, modified: Int)?) -> Bool {
        guard let file else { return self.revision != nil }
        // A later write may not be published yet, and files are changed from outside.
        return file.revision != self.revision && file.modified <= self.updated
    }
}
