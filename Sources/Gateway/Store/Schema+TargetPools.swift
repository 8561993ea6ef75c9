import GRDB

extension Schema {
    /// Migration 6: the backends behind VPC links.
    static func addTargetPools(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE target_pool (
                    vpc_link_id TEXT PRIMARY KEY REFERENCES vpc_link (id) ON DELETE CASCADE,
                    document TEXT NOT NULL
                );
                """)
    }
}
