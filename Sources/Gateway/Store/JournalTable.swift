import ControlAPI
import GRDB
import JSON

/// Rows of `journal`. They are only ever added; what is set later is by what they were undone.
enum JournalTable {
    /// An entry with what it does not show: the API that it is about, and the first entry of the call that wrote it.
    struct Found {
        let entry: JournalEntry
        let api: String?
        let change: Int
    }

    /// Adds an entry and gives it the next sequence number. `change` is the first entry of the same call, `nil` for the
    /// first one itself.
    static func append(_ db: Database, _ entry: JournalEntry, api: String?, change: Int? = nil) throws -> JournalEntry {
        try db.execute(
            sql: """
                INSERT INTO journal (
                    time, actor, operation, resource, api_id, before, after, change_id, undoes, undo_refusal, refused)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.time.seconds, entry.actor, entry.operation, entry.resource, api, entry.before?.text(),
                entry.after?.text(), change, entry.undoes, entry.undoRefusal, entry.refused,
            ])
        var numbered = entry
        numbered.sequence = Int(db.lastInsertedRowID)
        return numbered
    }

    private static func entry(_ row: Row) throws -> JournalEntry {
        let before: String? = row["before"]
        let after: String? = row["after"]
        var entry = JournalEntry(
            sequence: row["sequence"], time: Timestamp(seconds: row["time"]), actor: row["actor"],
            operation: row["operation"], resource: row["resource"],
            before: try before.map { try JSON(parsing: $0) }, after: try after.map { try JSON(parsing: $0) })
        entry.undoes = row["undoes"]
        entry.undoneBy = row["undone_by"]
        entry.undoRefusal = row["undo_refusal"]
        entry.refused = row["refused"]
        return entry
    }

    private static func found(_ row: Row) throws -> Found {
        let entry = try entry(row)
        return Found(entry: entry, api: row["api_id"], change: row["change_id"] ?? entry.sequence)
    }

    static func find(_ db: Database, _ sequence: Int) throws -> Found? {
        try Row.fetchOne(db, sql: "SELECT * FROM journal WHERE sequence = ?", arguments: [sequence]).map(found)
    }

    /// All that one call wrote, in order.
    static func entries(_ db: Database, change: Int) throws -> [Found] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM journal WHERE sequence = ?1 OR change_id = ?1 ORDER BY sequence",
            arguments: [change]
        ).map(found)
    }

    /// Which entries of the journal a page shows.
    struct Query {
        var api: String?
        /// Sequence numbers below this one.
        var before = Int.max
        /// Seconds since 1970.
        var since: Int?
        var limit: Int
        /// Documents of this many bytes together end the page, after the first entry.
        var largestSize = Int.max
    }

    /// The newest first. `more` tells whether there are others.
    static func list(_ db: Database, _ query: Query) throws -> (entries: [JournalEntry], more: Bool) {
        var sql = "SELECT * FROM journal WHERE sequence < ?"
        var arguments: StatementArguments = [query.before]
        if let api = query.api {
            sql += " AND api_id = ?"
            arguments += [api]
        }
        if let since = query.since {
            sql += " AND time >= ?"
            arguments += [since]
        }
        let rows = try Row.fetchCursor(db, sql: sql + " ORDER BY sequence DESC", arguments: arguments)
        var entries: [JournalEntry] = []
        var size = 0
        while let row = try rows.next() {
            guard entries.count < query.limit, entries.isEmpty || size < query.largestSize else {
                return (entries, true)
            }
            size += (row["before"] as String?)?.utf8.count ?? 0
            size += (row["after"] as String?)?.utf8.count ?? 0
            entries.append(try entry(row))
        }
        return (entries, false)
    }

    /// Says of all entries of a call by what they are undone; `nil` puts them in force again.
    static func setUndone(_ db: Database, change: Int, by undo: Int?) throws {
        try db.execute(
            sql: "UPDATE journal SET undone_by = ?1 WHERE sequence = ?2 OR change_id = ?2", arguments: [undo, change])
    }

    /// Says of all entries of a call why they cannot be undone.
    static func setRefusal(_ db: Database, change: Int, _ refusal: String) throws {
        try db.execute(
            sql: "UPDATE journal SET undo_refusal = ?1 WHERE sequence = ?2 OR change_id = ?2",
            arguments: [refusal, change])
    }
}
