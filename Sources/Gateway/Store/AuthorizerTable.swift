import ControlAPI
import GRDB

/// Rows of `authorizer`.
enum AuthorizerTable {
    static func find(_ db: Database, api: String, _ id: String) throws -> Authorizer? {
        try String.fetchOne(
            db, sql: "SELECT document FROM authorizer WHERE api_id = ? AND id = ?", arguments: [api, id]
        ).map { try Document.decode($0, what: "authorizer \(id) of API \(api)") }
    }

    static func exists(_ db: Database, api: String, _ id: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM authorizer WHERE api_id = ? AND id = ?)", arguments: [api, id]
        ) ?? false
    }

    /// By id, those after `position`.
    static func list(_ db: Database, api: String, after position: String = "", limit: Int = -1) throws -> [Authorizer] {
        try String.fetchAll(
            db, sql: "SELECT document FROM authorizer WHERE api_id = ? AND id > ? ORDER BY id LIMIT ?",
            arguments: [api, position, limit]
        ).map { try Document.decode($0, what: "an authorizer of API \(api)") }
    }

    static func put(_ db: Database, api: String, _ authorizer: Authorizer) throws {
        try db.execute(
            sql: """
                INSERT INTO authorizer (api_id, id, document) VALUES (?, ?, ?)
                ON CONFLICT (api_id, id) DO UPDATE SET document = excluded.document
                """,
            arguments: [api, authorizer.id, Document.text(authorizer)])
    }

    static func delete(_ db: Database, api: String, _ id: String) throws {
        try db.execute(sql: "DELETE FROM authorizer WHERE api_id = ? AND id = ?", arguments: [api, id])
    }
}
