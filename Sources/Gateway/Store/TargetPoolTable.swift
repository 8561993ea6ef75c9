import ControlAPI
import GRDB

/// Rows of `target_pool`: one for each VPC link that has a pool. What the data plane finds out about targets (health,
/// counts) is never stored.
enum TargetPoolTable {
    static func find(_ db: Database, vpcLink: String) throws -> TargetPool? {
        try String.fetchOne(
            db, sql: "SELECT document FROM target_pool WHERE vpc_link_id = ?", arguments: [vpcLink]
        ).map { try Document.decode($0, what: "the target pool of VPC link \(vpcLink)") }
    }

    /// In the order in which their links were made.
    static func all(_ db: Database) throws -> [TargetPool] {
        try String.fetchAll(
            db,
            sql: """
                SELECT target_pool.document FROM target_pool JOIN vpc_link ON vpc_link.id = target_pool.vpc_link_id
                ORDER BY vpc_link.sequence
                """
        ).map { try Document.decode($0, what: "a target pool") }
    }

    static func put(_ db: Database, _ pool: TargetPool) throws {
        try db.execute(
            sql: """
                INSERT INTO target_pool (vpc_link_id, document) VALUES (?, ?)
                ON CONFLICT (vpc_link_id) DO UPDATE SET document = excluded.document
                """,
            arguments: [pool.vpcLinkId, Document.text(pool)])
    }

    static func delete(_ db: Database, vpcLink: String) throws {
        try db.execute(sql: "DELETE FROM target_pool WHERE vpc_link_id = ?", arguments: [vpcLink])
    }
}
