import ControlAPI
import GRDB

/// Rows of `model`.
enum ModelTable {
    static func find(_ db: Database, api: String, _ name: String) throws -> Model? {
        try String.fetchOne(
            db, sql: "SELECT document FROM model WHERE api_id = ? AND name = ?", arguments: [api, name]
        ).map { try Document.decode($0, what: "model \(name) of API \(api)") }
    }

    static func exists(_ db: Database, api: String, _ name: String) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM model WHERE api_id = ? AND name = ?)"),
            arguments: [api, name]
        ) ?? false
    }

    /// By name, those after `position`.
    static func list(_ db: Database, api: String, after position: String = "", limit: Int = -1) throws -> [Model] {
        try String.fetchAll(
            db, sql: "SELECT document FROM model WHERE api_id = ? AND name > ? ORDER BY name LIMIT ?",
            arguments: [api, position, limit]
        ).map { try Document.decode($0, what: "a model of API \(api)") }
    }

    static func put(_ db: Database, api: String, _ model: Model) throws {
        try db.execute(
            sql: """
                INSERT INTO model (api_id, name, document) VALUES (?, ?, ?)
                ON CONFLICT (api_id, name) DO UPDATE SET document = excluded.document
                """,
            arguments: [api, model.name, Document.text(model)])
    }

    static func delete(_ db: Database, api: String, _ name: String) throws {
        try db.execute(sql: "DELETE FROM model WHERE api_id = ? AND name = ?", arguments: [api, name])
    }
}
