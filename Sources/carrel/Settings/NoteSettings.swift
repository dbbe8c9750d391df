import NoteTools
import Vault

/// Size of notes and vaults, and their indexes.
struct NoteSettings: Sendable {
    let limits: VaultLimits
    let answers: AnswerLimit
    let journalMode: JournalMode
    let openIndexes: Int

    init(reading reader: inout SettingsReader) {
        let maxNoteBytes = reader.value(
            "MAX_NOTE_SIZE",
            default: "1MiB",
            expected: "a size such as 1MiB, at most 1MiB"
        ) { Quantities.bytes($0).flatMap { (1...(1 << 20)).contains($0) ? $0 : nil } }
        let maxNotes = reader.value(
            "MAX_NOTES",
            default: "50000",
            expected: "a number from 1 to 10000000"
        ) { Int($0).flatMap { (1...10_000_000).contains($0) ? $0 : nil } }
        let maxVaultBytes = reader.value(
            "MAX_VAULT_SIZE",
            default: "1GiB",
            expected: "a size such as 1GiB, at least 1MiB"
        ) { Quantities.bytes($0).flatMap { $0 >= 1 << 20 ? $0 : nil } }
        self.limits = VaultLimits(maxNoteBytes: maxNoteBytes, maxNotes: maxNotes, maxVaultBytes: maxVaultBytes)
        let maxAnswerBytes = reader.value(
            "MAX_ANSWER",
            default: "60000",
            expected: "a size such as 60000 or 64KiB, from 32KiB to 1MiB"
        ) { Quantities.bytes($0).flatMap { (AnswerLimit.least...(1 << 20)).contains($0) ? $0 : nil } }
        self.answers = AnswerLimit(bytes: maxAnswerBytes)
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
