import ControlAPI
import GRDB

/// Rows of `credential`: the keys that may sign calls of the control plane over TCP.
enum CredentialTable {
    private static func key(_ row: Row) -> AccessKey {
        AccessKey(
            accessKeyId: row["access_key_id"], secretAccessKey: row["secret_access_key"],
            createdDate: Timestamp(seconds: row["created"]))
    }

    static func find(_ db: Database, _ id: String) throws -> AccessKey? {
        try Row.fetchOne(db, sql: "SELECT * FROM credential WHERE access_key_id = ?", arguments: [id]).map(key)
    }

    static func list(_ db: Database) throws -> [AccessKey] {
        try Row.fetchAll(db, sql: "SELECT * FROM credential ORDER BY created, access_key_id").map(key)
    }

    static func put(_ db: Database, _ key: AccessKey) throws {
        try db.execute(
            sql: """
                INSERT INTO credential (access_key_id, secret_access_key, created) VALUES (?, ?, ?)
                ON CONFLICT (access_key_id) DO UPDATE SET secret_access_key = excluded.secret_access_key
                """,
            arguments: [key.accessKeyId, key.secretAccessKey, key.createdDate.seconds])
    }

    static func delete(_ db: Database, _ id: String) throws {
        try db.execute(sql: "DELETE FROM credential WHERE access_key_id = ?", arguments: [id])
    }
}
