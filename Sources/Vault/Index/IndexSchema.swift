internal import GRDB

/// The tables of a user's index.
///
/// Every table carries the user's id, and every statement asks for it, though a file holds one user only: what
/// keeps users apart is not left to the choice of the right file alone.
enum IndexSchema {
    /// What the full-text index takes for words.
    ///
    /// Letters and digits, and marks too, which carry the vowels of many scripts. Of the Latin script it takes the
    /// accents off, and the endings of English words.
    static let tokenizer = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("notes") { db in
            try db.execute(sql: self.vault)
            try db.execute(sql: self.notes)
            try db.execute(sql: self.links)
            try db.execute(sql: self.texts)
        }
        migrator.registerMigration("sequence") { try $0.execute(sql: self.sequence) }
        migrator.registerMigration("totals") { try $0.execute(sql: self.totals) }
        return migrator
    }

    /// Whose index this is; a row is there only once the index has been built.
    private static let vault = """
        CREATE TABLE vault (user_id TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;
        """

    /// The last change that the index has, and the fencing token of its last writer, where machines share the volume.
    private static let sequence = """
        ALTER TABLE vault ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE vault ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
        """

    /// How many notes there are and the bytes of their files, which every write is checked against.
    private static let totals = """
        ALTER TABLE vault ADD COLUMN notes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE vault ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
        CREATE TRIGGER vault_totals AFTER INSERT ON vault BEGIN
            UPDATE vault SET
                notes = (SELECT count(*) FROM notes WHERE user_id = NEW.user_id),
                bytes = (SELECT coalesce(sum(size), 0) FROM notes WHERE user_id = NEW.user_id)
            WHERE user_id = NEW.user_id;
        END;
        CREATE TRIGGER note_added AFTER INSERT ON notes BEGIN
            UPDATE vault SET notes = notes + 1, bytes = bytes + NEW.size WHERE user_id = NEW.user_id;
        END;
        CREATE TRIGGER note_removed AFTER DELETE ON notes BEGIN
            UPDATE vault SET notes = notes - 1, bytes = bytes - OLD.size WHERE user_id = OLD.user_id;
        END;
        CREATE TRIGGER note_resized AFTER UPDATE OF size ON notes BEGIN
            UPDATE vault SET bytes = bytes + NEW.size - OLD.size WHERE user_id = NEW.user_id;
        END;
        UPDATE vault SET
            notes = (SELECT count(*) FROM notes WHERE notes.user_id = vault.user_id),
            bytes = (SELECT coalesce(sum(size), 0) FROM notes WHERE notes.user_id = vault.user_id);
        """

    /// What lists and links need of a note.
    ///
    /// The index by path has all that a list shows, so that the most common list reads nothing else.
    private static let notes = """
        CREATE TABLE notes (
            id INTEGER PRIMARY KEY,
            user_id TEXT NOT NULL,
            path TEXT NOT NULL,
            path_order TEXT NOT NULL,
            title TEXT NOT NULL,
            title_order TEXT NOT NULL,
            revision TEXT NOT NULL,
            size INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            tags TEXT NOT NULL,
            path_slug TEXT NOT NULL,
            title_slug TEXT NOT NULL,
            name_key TEXT NOT NULL,
            title_key TEXT NOT NULL,
            UNIQUE (user_id, path)
        );
        CREATE INDEX notes_by_path
            ON notes (user_id, path_order, path, title, updated, revision, size, tags);
        CREATE INDEX notes_by_title ON notes (user_id, title_order, path);
        CREATE INDEX notes_by_updated ON notes (user_id, updated DESC, path);
        CREATE INDEX notes_by_name_key ON notes (user_id, name_key);
        CREATE INDEX notes_by_title_key ON notes (user_id, title_key);
        CREATE TABLE note_tags (
            user_id TEXT NOT NULL,
            tag TEXT NOT NULL,
            note_id INTEGER NOT NULL,
            PRIMARY KEY (user_id, tag, note_id)
        ) WITHOUT ROWID;
        CREATE INDEX note_tags_by_note ON note_tags (user_id, note_id);
        """

    /// Links, with the note they lead to worked out whenever a note comes, goes or changes its name.
    private static let links = """
        CREATE TABLE links (
            user_id TEXT NOT NULL,
            source_id INTEGER NOT NULL,
            position INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            target TEXT NOT NULL,
            key TEXT NOT NULL,
            target_id INTEGER,
            context TEXT NOT NULL,
            PRIMARY KEY (user_id, source_id, position)
        ) WITHOUT ROWID;
        CREATE INDEX links_by_key ON links (user_id, key);
        CREATE INDEX links_by_target ON links (user_id, target_id, source_id);
        """

    /// The texts as people read them, and the full-text index over them as ``SearchText`` prepares them.
    private static let texts = """
        CREATE TABLE texts (
            note_id INTEGER PRIMARY KEY,
            user_id TEXT NOT NULL,
            title TEXT NOT NULL,
            headings TEXT NOT NULL,
            tags TEXT NOT NULL,
            body TEXT NOT NULL
        );
        CREATE VIRTUAL TABLE search USING fts5(
            title, headings, tags, body, user_id UNINDEXED,
            content='texts', content_rowid='note_id', prefix='2 3',
            tokenize="\(IndexSchema.tokenizer)"
        );
        """
}
