internal import NoteFormat

extension NoteDraft {
    /// Refuses what cannot become a note's file, before anything is read.
    func check(_ limits: VaultLimits) throws {
        do {
            if let title = self.title { try MetadataRules.checkTitle(title) }
            if let metadata = self.metadata { try MetadataRules.check(metadata) }
        } catch {
            throw VaultError(describing: error)
        }
        guard self.body.utf8.count <= limits.maxNoteBytes else {
            throw VaultError(
                .noteTooLarge,
                "the body has \(self.body.utf8.count) bytes, more than \(limits.maxNoteBytes)"
            )
        }
    }
}
