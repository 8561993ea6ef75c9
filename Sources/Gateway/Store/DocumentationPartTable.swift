import ControlAPI
import GRDB

/// Rows of `documentation_part`: at most one for a location.
enum DocumentationPartTable {
    static func find(_ db: Database, api: String, _ id: String) throws -> DocumentationPart? {
        try String.fetchOne(
            db, sql: "SELECT document FROM documentation_part WHERE api_id = ? AND id = ?", arguments: [api, id]
        ).map { try Document.decode($0, what: "documentation part \(id) of API \(api)") }
    }

    static func find(_ db: Database, api: String, at location: DocumentationPartLocation) throws -> DocumentationPart? {
        try String.fetchOne(
            db, sql: "SELECT document FROM documentation_part WHERE api_id = ? AND location = ?",
            arguments: [api, Document.text(location)]
        ).map { try Document.decode($0, what: "a documentation part of API \(api)") }
    }

    static func exists(_ db: Database, api: String, _ id: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM documentation_part WHERE api_id = ? AND id = ?)",
            arguments: [api, id]) ?? false
    }

    static func count(_ db: Database, api: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM documentation_part WHERE api_id = ?", arguments: [api]) ?? 0
    }

    /// By id.
    static func list(_ db: Database, api: String) throws -> [DocumentationPart] {
        try String.fetchAll(
            db, sql: "SELECT document FROM documentation_part WHERE api_id = ? ORDER BY id", arguments: [api]
        ).map { try Document.decode($0, what: "a documentation part of API \(api)") }
    }

    static func put(_ db: Database, api: String, _ part: DocumentationPart) throws {
        try db.execute(
            sql: """
                INSERT INTO documentation_part (api_id, id, location, document) VALUES (?, ?, ?, ?)
                ON CONFLICT (api_id, id) DO UPDATE SET location = excluded.location, document = excluded.document
                """,
            arguments: [api, part.id, Document.text(part.location), Document.text(part)])
    }

    static func delete(_ db: Database, api: String, _ id: String) throws {
        try db.execute(sql: "DELETE FROM documentation_part WHERE api_id = ? AND id = ?", arguments: [api, id])
    }
}
