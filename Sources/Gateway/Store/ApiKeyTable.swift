import ControlAPI
import GRDB

/// Rows of `api_key`. The value stands in a column of its own, the document is without it.
enum ApiKeyTable {
    private static func key(_ row: Row) throws -> ApiKey {
        let id: String = row["id"]
        var key = try Document.decode(row["document"], as: ApiKey.self, what: "API key \(id)")
        key.value = row["value"]
        return key
    }

    static func find(_ db: Database, _ id: String) throws -> ApiKey? {
        try Row.fetchOne(db, sql: "SELECT id, value, document FROM api_key WHERE id = ?", arguments: [id]).map(key)
    }

    static func exists(_ db: Database, _ id: String) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM api_key WHERE id = ?)", arguments: [id]) ?? false
    }

    static func find(_ db: Database, value: String) throws -> ApiKey? {
        try Row.fetchOne(db, sql: "SELECT id, value, document FROM api_key WHERE value = ?", arguments: [value])
            .map(key)
    }

    static func count(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM api_key") ?? 0
    }

    /// In the order of creation, those after `position` whose names begin with `prefix`.
    static func list(
        _ db: Database, namePrefix prefix: String, customerId: String?, after position: Int, limit: Int
    ) throws -> [(position: Int, key: ApiKey)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT sequence, id, value, document FROM api_key
                WHERE sequence > ? AND substr(name, 1, length(?)) = ? AND (? IS NULL OR customer_id = ?)
                ORDER BY sequence LIMIT ?
                """,
            arguments: [position, prefix, prefix, customerId, customerId, limit]
        ).map { ($0["sequence"], try key($0)) }
    }

    /// Every key, for the data plane.
    static func published(_ db: Database) throws -> [KeyPublication.Key] {
        try Row.fetchAll(db, sql: "SELECT id, value, enabled FROM api_key")
            .map { KeyPublication.Key(id: $0["id"], value: $0["value"], enabled: $0["enabled"]) }
    }

    static func put(_ db: Database, _ key: ApiKey) throws {
        var document = key
        document.value = nil
        try db.execute(
            sql: """
                INSERT INTO api_key (id, value, name, customer_id, enabled, document) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, customer_id = excluded.customer_id,
                    enabled = excluded.enabled, document = excluded.document
                """,
            arguments: [
                key.id, key.value, key.name ?? "", key.customerId, key.enabled ?? false, Document.text(document),
            ])
    }

    /// Takes it out of its plans, with what it used of them.
    static func delete(_ db: Database, _ id: String) throws {
        try db.execute(sql: "DELETE FROM api_key WHERE id = ?", arguments: [id])
    }
}
