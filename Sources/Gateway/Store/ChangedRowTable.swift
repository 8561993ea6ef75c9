import GRDB

/// Rows of `journal_row`: what each change found before it.
enum ChangedRowTable {
    /// What a change found, in the order in which it came to it.
    static func rows(_ db: Database, change: Int) throws -> [(place: RowPlace, before: String?)] {
        try Row.fetchAll(
            db, sql: "SELECT table_name, row_key, before FROM journal_row WHERE change_id = ? ORDER BY rowid",
            arguments: [change]
        ).map { (RowPlace(table: $0["table_name"], key: $0["row_key"]), $0["before"]) }
    }

    /// What the next change of a row after `change` found; the outer `nil` if nothing changed it since.
    static func next(_ db: Database, _ place: RowPlace, after change: Int) throws -> String?? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT before FROM journal_row WHERE table_name = ? AND row_key = ? AND change_id > ?
                ORDER BY change_id LIMIT 1
                """,
            arguments: [place.table, place.key, change]
        ).map { $0["before"] as String? }
    }

    /// The change after `change` that is to blame for a row being as it is: the latest that is in force, undos last.
    static func latest(_ db: Database, _ place: RowPlace, after change: Int) throws -> Int? {
        try Int.fetchOne(
            db,
            sql: """
                SELECT journal_row.change_id FROM journal_row JOIN journal ON journal.sequence = journal_row.change_id
                WHERE table_name = ? AND row_key = ? AND journal_row.change_id > ?
                ORDER BY undone_by IS NOT NULL, undoes IS NOT NULL, journal_row.change_id DESC LIMIT 1
                """,
            arguments: [place.table, place.key, change])
    }

    /// The latest change after `change` that took away or altered a row of a table with these values.
    static func latest(
        _ db: Database, table: String, where values: [(column: String, value: String)], after change: Int
    ) throws -> Int? {
        let conditions = values.map { _ in "AND json_extract(journal_row.before, ?) = ?" }.joined(separator: " ")
        var arguments: StatementArguments = [table, change]
        for (column, value) in values { arguments += ["$.\(column)", value] }
        return try Int.fetchOne(
            db,
            sql: """
                SELECT journal_row.change_id FROM journal_row JOIN journal ON journal.sequence = journal_row.change_id
                WHERE table_name = ? AND journal_row.change_id > ? \(conditions)
                ORDER BY undone_by IS NOT NULL, undoes IS NOT NULL, journal_row.change_id DESC LIMIT 1
                """,
            arguments: arguments)
    }
}
