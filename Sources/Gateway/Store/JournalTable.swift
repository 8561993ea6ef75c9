import ControlAPI
import GRDB
import JSON

/// Rows of `journal`. They are only ever added.
enum JournalTable {
    /// Adds an entry and gives it the next sequence number.
    static func append(_ db: Database, _ entry: JournalEntry, api: String?) throws -> JournalEntry {
        try db.execute(
            sql: """
                INSERT INTO journal (time, actor, operation, resource, api_id, before, after)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.time.seconds, entry.actor, entry.operation, entry.resource, api, entry.before?.text(),
                entry.after?.text(),
            ])
        var numbered = entry
        numbered.sequence = Int(db.lastInsertedRowID)
        return numbered
    }

    /// The newest first, those before the sequence number `before`.
    static func list(_ db: Database, api: String?, before: Int, limit: Int) throws -> [JournalEntry] {
        let condition = api == nil ? "" : "AND api_id = ?"
        let arguments: StatementArguments = api.map { [before, $0, limit] } ?? [before, limit]
        return try Row.fetchAll(
            db, sql: "SELECT * FROM journal WHERE sequence < ? \(condition) ORDER BY sequence DESC LIMIT ?",
            arguments: arguments
        ).map { row in
            let before: String? = row["before"]
            let after: String? = row["after"]
            return JournalEntry(
                sequence: row["sequence"], time: Timestamp(seconds: row["time"]), actor: row["actor"],
                operation: row["operation"], resource: row["resource"],
                before: try before.map { try JSON(parsing: $0) }, after: try after.map { try JSON(parsing: $0) })
        }
    }
}
