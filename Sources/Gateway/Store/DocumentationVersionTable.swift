import ControlAPI
import GRDB

/// Rows of `documentation_version`: a version and the parts as they were when it was made.
enum DocumentationVersionTable {
    static func find(_ db: Database, api: String, _ version: String) throws -> DocumentationVersion? {
        try String.fetchOne(
            db, sql: "SELECT document FROM documentation_version WHERE api_id = ? AND version = ?",
            arguments: [api, version]
        ).map { try Document.decode($0, what: "documentation version \(version) of API \(api)") }
    }

    static func exists(_ db: Database, api: String, _ version: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM documentation_version WHERE api_id = ? AND version = ?)",
            arguments: [api, version]) ?? false
    }

    /// Empty where there is no such version.
    static func parts(_ db: Database, api: String, _ version: String) throws -> [DocumentationPart] {
        try String.fetchOne(
            db, sql: "SELECT parts FROM documentation_version WHERE api_id = ? AND version = ?",
            arguments: [api, version]
        ).map { try Document.decode($0, what: "documentation version \(version) of API \(api)") } ?? []
    }

    /// By version, those after `position`.
    static func list(
        _ db: Database, api: String, after position: String = "", limit: Int = -1
    ) throws -> [DocumentationVersion] {
        try String.fetchAll(
            db,
            sql: """
                SELECT document FROM documentation_version WHERE api_id = ? AND version > ? ORDER BY version LIMIT ?
                """,
            arguments: [api, position, limit]
        ).map { try Document.decode($0, what: "a documentation version of API \(api)") }
    }

    static func insert(_ db: Database, api: String, _ version: DocumentationVersion, parts: [DocumentationPart]) throws
    {
        try db.execute(
            sql: "INSERT INTO documentation_version (api_id, version, document, parts) VALUES (?, ?, ?, ?)",
            arguments: [api, version.version, Document.text(version), Document.text(parts)])
    }

    /// Its parts stay as they are.
    static func update(_ db: Database, api: String, _ version: DocumentationVersion) throws {
        try db.execute(
            sql: "UPDATE documentation_version SET document = ? WHERE api_id = ? AND version = ?",
            arguments: [Document.text(version), api, version.version])
    }

    static func delete(_ db: Database, api: String, _ version: String) throws {
        try db.execute(
            sql: "DELETE FROM documentation_version WHERE api_id = ? AND version = ?", arguments: [api, version])
    }
}
