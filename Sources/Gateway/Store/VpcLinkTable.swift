import ControlAPI
import GRDB

/// Rows of `vpc_link`.
enum VpcLinkTable {
    static func find(_ db: Database, _ id: String) throws -> VpcLink? {
        try String.fetchOne(db, sql: "SELECT document FROM vpc_link WHERE id = ?", arguments: [id])
            .map { try Document.decode($0, what: "VPC link \(id)") }
    }

    static func count(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM vpc_link") ?? 0
    }

    /// In the order of creation, those after `position`, with their positions.
    static func list(_ db: Database, after position: Int, limit: Int) throws -> [(position: Int, link: VpcLink)] {
        try Row.fetchAll(
            db, sql: "SELECT sequence, document FROM vpc_link WHERE sequence > ? ORDER BY sequence LIMIT ?",
            arguments: [position, limit]
        ).map { ($0["sequence"], try Document.decode($0["document"], what: "a VPC link")) }
    }

    static func put(_ db: Database, _ link: VpcLink) throws {
        try db.execute(
            sql: """
                INSERT INTO vpc_link (id, document) VALUES (?, ?)
                ON CONFLICT (id) DO UPDATE SET document = excluded.document
                """,
            arguments: [link.id, Document.text(link)])
    }

    static func delete(_ db: Database, _ id: String) throws {
        try db.execute(sql: "DELETE FROM vpc_link WHERE id = ?", arguments: [id])
    }
}
