import ControlAPI
import GRDB

/// Rows of `request_validator`.
enum RequestValidatorTable {
    static func find(_ db: Database, api: String, _ id: String) throws -> RequestValidator? {
        try String.fetchOne(
            db, sql: "SELECT document FROM request_validator WHERE api_id = ? AND id = ?", arguments: [api, id]
        ).map { try Document.decode($0, what: "request validator \(id) of API \(api)") }
    }

    static func exists(_ db: Database, api: String, _ id: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM request_validator WHERE api_id = ? AND id = ?)",
            arguments: [api, id]) ?? false
    }

    /// In the order of creation, those after the one with the id `position`.
    static func list(
        _ db: Database, api: String, after position: String = "", limit: Int = -1
    ) throws -> [RequestValidator] {
        try String.fetchAll(
            db,
            sql: """
                SELECT document FROM request_validator WHERE api_id = ?1 AND rowid > coalesce(
                    (SELECT rowid FROM request_validator WHERE api_id = ?1 AND id = ?2), 0)
                ORDER BY rowid LIMIT ?3
                """,
            arguments: [api, position, limit]
        ).map { try Document.decode($0, what: "a request validator of API \(api)") }
    }

    static func put(_ db: Database, api: String, _ validator: RequestValidator) throws {
        try db.execute(
            sql: """
                INSERT INTO request_validator (api_id, id, document) VALUES (?, ?, ?)
                ON CONFLICT (api_id, id) DO UPDATE SET document = excluded.document
                """,
            arguments: [api, validator.id, Document.text(validator)])
    }

    static func delete(_ db: Database, api: String, _ id: String) throws {
        try db.execute(sql: "DELETE FROM request_validator WHERE api_id = ? AND id = ?", arguments: [api, id])
    }
}
