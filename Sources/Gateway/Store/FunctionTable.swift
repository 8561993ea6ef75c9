import ControlAPI
import GRDB

/// A function as its row has it; what can be run are its versions.
struct StoredFunction: Sendable, Hashable {
    var name: String
    /// The number of the newest version that was published, 0 before the first. Numbers do not come again.
    var newestVersion = 0
    var reservedConcurrency: Int?
    var tags: [String: String] = [:]
}

/// Rows of `lambda_function`.
enum FunctionTable {
    private static func function(_ row: Row) throws -> StoredFunction {
        let name: String = row["name"]
        return StoredFunction(
            name: name, newestVersion: row["newest_version"], reservedConcurrency: row["reserved_concurrency"],
            tags: try Document.decode(row["tags"], what: "the tags of function \(name)"))
    }

    static func find(_ db: Database, _ name: String) throws -> StoredFunction? {
        try Row.fetchOne(db, sql: "SELECT * FROM lambda_function WHERE name = ?", arguments: [name]).map(function)
    }

    /// By name.
    static func list(_ db: Database) throws -> [StoredFunction] {
        try Row.fetchAll(db, sql: "SELECT * FROM lambda_function ORDER BY name").map(function)
    }

    static func put(_ db: Database, _ function: StoredFunction) throws {
        try db.execute(
            sql: """
                INSERT INTO lambda_function (name, newest_version, reserved_concurrency, tags) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET newest_version = excluded.newest_version,
                    reserved_concurrency = excluded.reserved_concurrency, tags = excluded.tags
                """,
            arguments: [
                function.name, function.newestVersion, function.reservedConcurrency, Document.text(function.tags),
            ])
    }

    /// With its versions, aliases and policies.
    static func delete(_ db: Database, _ name: String) throws {
        try db.execute(sql: "DELETE FROM lambda_function WHERE name = ?", arguments: [name])
    }
}
