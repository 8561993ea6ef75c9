import ControlAPI
import GRDB

/// Rows of `rest_api`.
enum RestApiTable {
    static func find(_ db: Database, _ id: String) throws -> RestApi? {
        try String.fetchOne(db, sql: "SELECT document FROM rest_api WHERE id = ?", arguments: [id])
            .map { try Document.decode($0, what: "API \(id)") }
    }

    static func exists(_ db: Database, _ id: String) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM rest_api WHERE id = ?)", arguments: [id]) ?? false
    }

    /// In the order of creation, those after `position`, with their positions.
    static func list(_ db: Database, after position: Int, limit: Int) throws -> [(position: Int, api: RestApi)] {
        try Row.fetchAll(
            db, sql: "SELECT sequence, id, document FROM rest_api WHERE sequence > ? ORDER BY sequence LIMIT ?",
            arguments: [position, limit]
        ).map { row in
            let id: String = row["id"]
            return (row["sequence"], try Document.decode(row["document"], what: "API \(id)"))
        }
    }

    static func insert(_ db: Database, _ api: RestApi) throws {
        try db.execute(
            sql: "INSERT INTO rest_api (id, document) VALUES (?, ?)", arguments: [api.id, Document.text(api)])
    }

    static func update(_ db: Database, _ api: RestApi) throws {
        try db.execute(
            sql: "UPDATE rest_api SET document = ? WHERE id = ?", arguments: [Document.text(api), api.id])
    }

    /// Takes its resources, methods, deployments and stages along.
    static func delete(_ db: Database, _ id: String) throws {
        // Stages first: they hold on to their deployments.
        try db.execute(sql: "DELETE FROM stage WHERE api_id = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM rest_api WHERE id = ?", arguments: [id])
    }
}
