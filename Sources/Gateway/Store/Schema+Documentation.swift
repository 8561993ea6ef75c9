import GRDB

extension Schema {
    /// Migration 4: what an API has beside its tree, and what an account has beside its APIs.
    static func addDocumentation(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE documentation_part (
                    api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                    id TEXT NOT NULL,
                    location TEXT NOT NULL,
                    document TEXT NOT NULL,
                    PRIMARY KEY (api_id, id),
                    UNIQUE (api_id, location)
                );
                CREATE TABLE documentation_version (
                    api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                    version TEXT NOT NULL,
                    document TEXT NOT NULL,
                    parts TEXT NOT NULL,
                    PRIMARY KEY (api_id, version)
                );
                CREATE TABLE authorizer (
                    api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                    id TEXT NOT NULL,
                    document TEXT NOT NULL,
                    PRIMARY KEY (api_id, id)
                );
                CREATE TABLE vpc_link (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    document TEXT NOT NULL
                );
                CREATE TABLE client_certificate (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    private_key TEXT NOT NULL,
                    document TEXT NOT NULL
                );
                CREATE TABLE domain_name (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    name TEXT NOT NULL UNIQUE,
                    document TEXT NOT NULL
                );
                CREATE TABLE base_path_mapping (
                    domain_name TEXT NOT NULL REFERENCES domain_name (name) ON DELETE CASCADE,
                    base_path TEXT NOT NULL,
                    api_id TEXT NOT NULL,
                    stage TEXT,
                    PRIMARY KEY (domain_name, base_path)
                );
                CREATE INDEX base_path_mapping_api ON base_path_mapping (api_id, stage);
                CREATE TABLE domain_name_access_association (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                    arn TEXT NOT NULL UNIQUE,
                    domain_name TEXT NOT NULL REFERENCES domain_name (name) ON DELETE CASCADE,
                    document TEXT NOT NULL
                );
                """)
    }
}
