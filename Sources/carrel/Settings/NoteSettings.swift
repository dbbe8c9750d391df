import Vault

/// Size of notes, and their indexes.
struct NoteSettings: Sendable {
    let maxBytes: Int
    let journalMode: JournalMode
    let openIndexes: Int

    init(reading reader: inout SettingsReader) {
        self.maxBytes = reader.value(
            "MAX_NOTE_SIZE",
            default: "1MiB",
            expected: "a size such as 1MiB, at most 1MiB"
        ) { Quantities.bytes($0).flatMap { (1...(1 << 20)).contains($0) ? $0 : nil } }
        self.journalMode = reader.value("JOURNAL_MODE", default: "auto", expected: "auto, wal or rollback") {
            ["auto": JournalMode.automatic, "wal": .wal, "rollback": .rollback][$0]
        }
        self.openIndexes = reader.value(
            "OPEN_INDEXES",
            default: "256",
            expected: "a number from 1 to 100000"
        ) { Int($0).flatMap { (1...100_000).contains($0) ? $0 : nil } }
    }
}
