internal import Files
internal import Synchronization

/// The most recently used notes of all users, up to a number of bytes.
///
/// An entry is valid only for the state of the file that it was parsed from.
final class NoteCache: Sendable {
    struct Key: Hashable, Sendable {
        let user: UserFolder
        let path: NotePath
    }

    fileprivate struct Entry {
        var key: Key
        var stamp: FileStamp
        var note: StoredNote
        var newer: Int
        var older: Int
    }

    /// The entries, linked in the order of use.
    fileprivate struct State {
        var places: [Key: Int] = [:]
        var entries: [Entry?] = []
        var free: [Int] = []
        var newest = -1
        var oldest = -1
        var bytes = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(bytes limit: Int) { self.limit = limit }

    func note(_ key: Key, stamp: FileStamp) -> StoredNote? {
        self.state.withLock { state in
            guard let place = state.places[key], let entry = state.entries[place], entry.stamp == stamp else {
                return nil
            }
            state.unlink(place)
            state.linkAsNewest(place)
            return entry.note
        }
    }

    func insert(_ note: StoredNote, _ key: Key, stamp: FileStamp) {
        // One note must not push out all the others.
        guard note.cost <= self.limit / 4 else { return }
        self.state.withLock { state in
            if let place = state.places[key] { state.remove(place) }
            let entry = Entry(key: key, stamp: stamp, note: note, newer: -1, older: -1)
            let place: Int
            if let free = state.free.popLast() {
                place = free
                state.entries[place] = entry
            } else {
                place = state.entries.count
                state.entries.append(entry)
            }
            state.places[key] = place
            state.bytes += note.cost
            state.linkAsNewest(place)
            while state.bytes > self.limit, state.oldest >= 0 { state.remove(state.oldest) }
        }
    }
}

extension NoteCache.State {
    fileprivate mutating func unlink(_ place: Int) {
        guard let entry = self.entries[place] else { return }
        if entry.newer >= 0 { self.entries[entry.newer]?.older = entry.older } else { self.newest = entry.older }
        if entry.older >= 0 { self.entries[entry.older]?.newer = entry.newer } else { self.oldest = entry.newer }
    }

    fileprivate mutating func linkAsNewest(_ place: Int) {
        self.entries[place]?.newer = -1
        self.entries[place]?.older = self.newest
        if self.newest >= 0 { self.entries[self.newest]?.newer = place }
        self.newest = place
        if self.oldest < 0 { self.oldest = place }
    }

    fileprivate mutating func remove(_ place: Int) {
        guard let entry = self.entries[place] else { return }
        self.unlink(place)
        self.places[entry.key] = nil
        self.bytes -= entry.note.cost
        self.entries[place] = nil
        self.free.append(place)
    }
}
