import ControlAPI
import GRDB

/// Rows of `lambda_alias`.
enum FunctionAliasTable {
    static func find(_ db: Database, function: String, _ name: String) throws -> AliasConfiguration? {
        try String.fetchOne(
            db, sql: "SELECT document FROM lambda_alias WHERE function_name = ? AND name = ?",
            arguments: [function, name]
        ).map { try Document.decode($0, what: "alias \(name) of function \(function)") }
    }

    /// By name, those after `position`.
    static func list(
        _ db: Database, function: String, after position: String = "", limit: Int = -1
    ) throws -> [AliasConfiguration] {
        try String.fetchAll(
            db, sql: "SELECT document FROM lambda_alias WHERE function_name = ? AND name > ? ORDER BY name LIMIT ?",
            arguments: [function, position, limit]
        ).map { try Document.decode($0, what: "an alias of function \(function)") }
    }

    static func put(_ db: Database, function: String, _ alias: AliasConfiguration) throws {
        try db.execute(
            sql: """
                INSERT INTO lambda_alias (function_name, name, document) VALUES (?, ?, ?)
                ON CONFLICT (function_name, name) DO UPDATE SET document = excluded.document
                """,
            arguments: [function, alias.name, Document.text(alias)])
    }

    static func delete(_ db: Database, function: String, _ name: String) throws {
        try db.execute(
            sql: "DELETE FROM lambda_alias WHERE function_name = ? AND name = ?", arguments: [function, name])
    }
}
