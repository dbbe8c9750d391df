internal import GRDB
internal import Logging

/// Indexes that have missed changes of other machines.
extension VaultStore {
    /// Makes an index ready that other machines may have written, or that has missed what they wrote.
    func bringUpToDate(_ index: LockedIndex, _ vault: borrowing VaultFolder, _ turn: WriteTurn) throws {
        guard let sharing = self.sharing, sharing.hasOwnIndexes || !turn.lease.isContinued else { return }
        let reading = { (db: Database) in try IndexReader(db: db, user: turn.user, scope: .whole).progress() }
        var progress = try index.read(vault, reading)
        if progress.token > turn.token {
            // Redis and the volume have lost the tokens, as after a restored backup: its numbers mean nothing.
            if let handle = index.entry.handle { index.entry.discard(handle, damage: "it is of a lost lease") }
            progress = try index.read(vault, reading)
        }
        if sharing.hasOwnIndexes, progress.sequence != turn.sequence { try self.compare(index, with: vault, turn) }
    }

    /// Compares an index with all files of the vault, and puts right what differs.
    private func compare(_ index: LockedIndex, with vault: borrowing VaultFolder, _ turn: WriteTurn) throws {
        var walk = VaultWalk(limits: self.configuration.limits, logger: self.logger)
        try index.write(vault) { writer in
            var known = try IndexReader(db: writer.db, user: turn.user, scope: .whole).revisions()
            try walk.notes(in: vault) { path, file in
                turn.noteProgress()
                let revision = known.removeValue(forKey: path.text)
                if revision != Revision.of(file.bytes) { try writer.put(StoredNote(path: path, file: file)) }
            }
            for path in known.keys { try writer.remove(try NotePath(path)) }
        }
        self.logger.notice("Brought an index up to date", metadata: ["vault.sequence": "\(turn.sequence)"])
    }
}
