import GRDB

extension Schema {
    /// What undo needs: which entries one call wrote, what takes which back, and the rows as they were before.
    static func addHistory(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE journal ADD COLUMN change_id INTEGER;
                ALTER TABLE journal ADD COLUMN undoes INTEGER;
                ALTER TABLE journal ADD COLUMN undone_by INTEGER;
                ALTER TABLE journal ADD COLUMN undo_refusal TEXT;
                ALTER TABLE journal ADD COLUMN refused TEXT;
                CREATE INDEX journal_change ON journal (change_id) WHERE change_id IS NOT NULL;
                UPDATE journal SET undo_refusal = 'it was made before the journal kept what an undo needs';
                CREATE TABLE journal_row (
                    change_id INTEGER NOT NULL,
                    table_name TEXT NOT NULL,
                    row_key TEXT NOT NULL,
                    before TEXT
                );
                CREATE INDEX journal_row_change ON journal_row (change_id);
                CREATE INDEX journal_row_key ON journal_row (table_name, row_key, change_id);
                """)
    }
}
