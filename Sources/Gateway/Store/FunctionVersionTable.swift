import ControlAPI
import GRDB

/// Where a version's code is.
enum FunctionCode: Sendable, Hashable {
    /// Unpacked by the engine, below the home's `functions`; the name is `{function}/{id}`.
    case package(String)
    /// A folder of the developer's own, used in place: its absolute path.
    case folder(String)
}

/// A version with its code. The configuration is as `GetFunctionConfiguration` shows it without a qualifier.
struct StoredVersion: Sendable, Hashable {
    var configuration: FunctionConfiguration
    var code: FunctionCode
}

/// Rows of `lambda_version`.
enum FunctionVersionTable {
    static let latest = "$LATEST"

    private static func version(_ row: Row) throws -> StoredVersion {
        let name: String = row["function_name"]
        let package: String? = row["package"]
        let folder: String? = row["folder"]
        return StoredVersion(
            configuration: try Document.decode(row["document"], what: "a version of function \(name)"),
            code: package.map { .package($0) } ?? .folder(folder ?? ""))
    }

    /// The number of a version; `nil` for text that is none.
    static func number(_ version: String) -> Int? {
        if version == latest { return 0 }
        guard let number = Int(version), number > 0, String(number) == version else { return nil }
        return number
    }

    static func find(_ db: Database, function: String, _ version: String) throws -> StoredVersion? {
        guard let number = number(version) else { return nil }
        return try Row.fetchOne(
            db, sql: "SELECT * FROM lambda_version WHERE function_name = ? AND version = ?",
            arguments: [function, number]
        ).map(Self.version)
    }

    /// `$LATEST` first, then by number, those after `position`.
    static func list(
        _ db: Database, function: String, after position: Int = -1, limit: Int = -1
    ) throws -> [StoredVersion] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM lambda_version WHERE function_name = ? AND version > ? ORDER BY version LIMIT ?",
            arguments: [function, position, limit]
        ).map(version)
    }

    /// Of all functions, by name; only `$LATEST` where `latestOnly`.
    static func list(
        _ db: Database, after position: (function: String, version: Int), latestOnly: Bool, limit: Int
    ) throws -> [StoredVersion] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM lambda_version WHERE (function_name, version) > (?, ?) AND (version = 0 OR NOT ?)
                ORDER BY function_name, version LIMIT ?
                """,
            arguments: [position.function, position.version, latestOnly, limit]
        ).map(version)
    }

    static func put(_ db: Database, function: String, _ version: StoredVersion) throws {
        var (package, folder): (String?, String?) = (nil, nil)
        switch version.code {
        case .package(let name): package = name
        case .folder(let path): folder = path
        }
        try db.execute(
            sql: """
                INSERT INTO lambda_version (function_name, version, package, folder, document) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (function_name, version) DO UPDATE SET package = excluded.package,
                    folder = excluded.folder, document = excluded.document
                """,
            arguments: [
                function, number(version.configuration.version), package, folder,
                Document.text(version.configuration),
            ])
    }

    static func delete(_ db: Database, function: String, _ version: String) throws {
        try db.execute(
            sql: "DELETE FROM lambda_version WHERE function_name = ? AND version = ?",
            arguments: [function, number(version)])
    }

    /// Every package that a version refers to.
    static func packages(_ db: Database) throws -> Set<String> {
        try String.fetchSet(db, sql: "SELECT DISTINCT package FROM lambda_version WHERE package IS NOT NULL")
    }

    static func totalCodeSize(_ db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT COALESCE(SUM(json_extract(document, '$.CodeSize')), 0) FROM lambda_version") ?? 0
    }
}
