import GRDB

/// Notes what a change does to the rows of the kept tables, so that it can be undone: each row as it was before.
///
/// The notes are taken by temporary triggers on the writing connection, so that rows that go with others (a resource's
/// methods, an API's stages) are noted as well, and so that no operation can forget to. What an API that is new holds is
/// not noted: it goes when the API goes.
struct ChangeCapture: Sendable {
    /// Of the kept tables, by name.
    let shapes: [String: TableShape]

    /// A change with more text than this cannot be undone, in bytes.
    static let largestSize = 64 << 20

    /// Tables of which only the rows that go with others are noted: usage goes on by itself.
    static let followers = ["usage_window", "usage_day"]
    /// Tables that are the journal's own.
    private static let unwatched: Set<String> = ["journal", "journal_row", "grdb_migrations"]

    /// Lays the triggers on the tables that exist. `kept` names those that can be undone; a change of any other table
    /// is marked as one that cannot.
    init(_ db: Database, kept: Set<String>) throws {
        try db.execute(
            sql: """
                CREATE TEMP TABLE change_scope (
                    watching INTEGER NOT NULL, whole INTEGER NOT NULL, new_api TEXT, unkept TEXT);
                INSERT INTO change_scope (watching, whole) VALUES (0, 0);
                CREATE TEMP TABLE changed_row (
                    table_name TEXT NOT NULL, row_key TEXT NOT NULL, before TEXT, UNIQUE (table_name, row_key));
                """)
        var shapes: [String: TableShape] = [:]
        let tables = try String.fetchAll(
            db, sql: "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for table in tables where !Self.unwatched.contains(table) {
            let shape = try TableShape(db, table: table)
            if Self.followers.contains(table) {
                shapes[table] = shape
                try Self.note(db, shape, on: "DELETE")
            } else if kept.contains(table) {
                shapes[table] = shape
                for event in ["INSERT", "UPDATE", "DELETE"] { try Self.note(db, shape, on: event) }
            } else {
                for event in ["INSERT", "UPDATE", "DELETE"] { try Self.mark(db, shape, on: event) }
            }
        }
        self.shapes = shapes
    }

    private static func note(_ db: Database, _ shape: TableShape, on event: String) throws {
        let row = event == "INSERT" ? "NEW" : "OLD"
        let api = shape.apiColumn.map { "AND new_api IS NOT \(row).\"\($0)\"" } ?? ""
        let key = "json_array(" + shape.key.map { "\(row).\"\($0)\"" }.joined(separator: ", ") + ")"
        let object = "json_object(" + shape.columns.map { "'\($0)', OLD.\"\($0)\"" }.joined(separator: ", ") + ")"
        let own = shape.name == "rest_api" && event == "INSERT"
        try db.execute(
            sql: """
                CREATE TEMP TRIGGER note_\(shape.name)_\(event) AFTER \(event) ON main."\(shape.name)"
                WHEN EXISTS (SELECT 1 FROM change_scope WHERE watching \(api))
                BEGIN
                    INSERT INTO changed_row (table_name, row_key, before)
                    SELECT '\(shape.name)', \(key), \(event == "INSERT" ? "NULL" : object)
                    WHERE NOT EXISTS (
                        SELECT 1 FROM changed_row WHERE table_name = '\(shape.name)' AND row_key = \(key));
                    \(own ? "UPDATE change_scope SET new_api = NEW.id WHERE NOT whole;" : "")
                END
                """)
    }

    private static func mark(_ db: Database, _ shape: TableShape, on event: String) throws {
        try db.execute(
            sql: """
                CREATE TEMP TRIGGER mark_\(shape.name)_\(event) AFTER \(event) ON main."\(shape.name)"
                WHEN (SELECT watching FROM change_scope)
                BEGIN
                    UPDATE change_scope SET unkept = '\(shape.name)';
                END
                """)
    }

    // MARK: One change

    func begin(_ db: Database) throws {
        try db.execute(sql: "UPDATE change_scope SET watching = 1")
    }

    /// Notes what new APIs hold as well: an undo that brings one back may bring back rows that earlier changes noted.
    func noteAll(_ db: Database) throws {
        try db.execute(sql: "UPDATE change_scope SET whole = 1")
    }

    /// Ends the change and keeps the notes under the number of its first journal entry. Returns why the change cannot
    /// be undone; `nil` if it can.
    func end(_ db: Database, change: Int?) throws -> String? {
        let refusal = try change.flatMap { try keep(db, change: $0) }
        try db.execute(
            sql: """
                DELETE FROM changed_row;
                UPDATE change_scope SET watching = 0, whole = 0, new_api = NULL, unkept = NULL;
                """)
        return refusal
    }

    private func keep(_ db: Database, change: Int) throws -> String? {
        if let table = try String.fetchOne(db, sql: "SELECT unkept FROM change_scope") {
            return "the journal does not keep what stands in \(table.replacing("_", with: " ")) rows"
        }
        let row = try Row.fetchOne(db, sql: "SELECT COUNT(*), TOTAL(LENGTH(before)) FROM changed_row")
        let count: Int = row?[0] ?? 0
        let size: Double = row?[1] ?? 0
        guard count > 0 else { return "it changed nothing that the journal could put back" }
        guard size <= Double(Self.largestSize) else {
            return "it changed more than \(Self.largestSize >> 20) MB, which the journal does not keep"
        }
        try db.execute(
            sql: """
                INSERT INTO main.journal_row (change_id, table_name, row_key, before)
                SELECT ?, table_name, row_key, before FROM changed_row ORDER BY rowid
                """,
            arguments: [change])
        return nil
    }

    /// What the change under way did so far, without columns that are large or secret.
    func changedRows(_ db: Database) throws -> [ChangedRow] {
        let hidden = KeptRow.hidden.sorted().map { "'$.\($0)'" }.joined(separator: ", ")
        let rows = try Row.fetchAll(
            db, sql: "SELECT table_name, row_key, json_remove(before, \(hidden)) FROM changed_row ORDER BY rowid")
        return try rows.compactMap { row in
            let place = RowPlace(table: row[0], key: row[1])
            guard let shape = shapes[place.table] else { return nil }
            let before = try RowImage(row[2] as String?)
            let after = try KeptRow.find(db, place, shape, shown: true)
            return before == nil && after == nil ? nil : ChangedRow(place: place, before: before, after: after)
        }
    }
}
