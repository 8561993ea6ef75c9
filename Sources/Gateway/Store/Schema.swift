import GRDB

/// The tables, one migration a change. A migration that was released is never edited.
///
/// A row holds one resource of the control plane as a JSON document in AWS's own shape, beside the columns that are
/// searched for. Methods are rows of their own, so that a change of one writes one.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 apis, deployments, stages, journal") { db in
            try db.execute(
                sql: """
                    CREATE TABLE rest_api (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        document TEXT NOT NULL
                    );
                    CREATE TABLE resource (
                        api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                        id TEXT NOT NULL,
                        parent_id TEXT,
                        path_part TEXT,
                        path TEXT NOT NULL,
                        PRIMARY KEY (api_id, id),
                        UNIQUE (api_id, parent_id, path_part),
                        FOREIGN KEY (api_id, parent_id) REFERENCES resource (api_id, id) ON DELETE CASCADE
                    ) WITHOUT ROWID;
                    CREATE INDEX resource_path ON resource (api_id, path);
                    CREATE TABLE method (
                        api_id TEXT NOT NULL,
                        resource_id TEXT NOT NULL,
                        http_method TEXT NOT NULL,
                        document TEXT NOT NULL,
                        PRIMARY KEY (api_id, resource_id, http_method),
                        FOREIGN KEY (api_id, resource_id) REFERENCES resource (api_id, id) ON DELETE CASCADE
                    );
                    CREATE TABLE deployment (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                        id TEXT NOT NULL,
                        document TEXT NOT NULL,
                        snapshot TEXT NOT NULL,
                        UNIQUE (api_id, id)
                    );
                    CREATE TABLE stage (
                        api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                        name TEXT NOT NULL,
                        deployment_id TEXT NOT NULL,
                        canary_deployment_id TEXT,
                        document TEXT NOT NULL,
                        PRIMARY KEY (api_id, name),
                        FOREIGN KEY (api_id, deployment_id) REFERENCES deployment (api_id, id)
                            DEFERRABLE INITIALLY DEFERRED,
                        FOREIGN KEY (api_id, canary_deployment_id) REFERENCES deployment (api_id, id)
                            DEFERRABLE INITIALLY DEFERRED
                    );
                    CREATE TABLE account (
                        only INTEGER PRIMARY KEY CHECK (only = 1),
                        document TEXT NOT NULL
                    );
                    CREATE TABLE credential (
                        access_key_id TEXT PRIMARY KEY,
                        secret_access_key TEXT NOT NULL,
                        created INTEGER NOT NULL
                    );
                    CREATE TABLE journal (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        time INTEGER NOT NULL,
                        actor TEXT NOT NULL,
                        operation TEXT NOT NULL,
                        resource TEXT NOT NULL,
                        api_id TEXT,
                        before TEXT,
                        after TEXT
                    );
                    CREATE INDEX journal_api ON journal (api_id, sequence);
                    """)
        }
        migrator.registerMigration("2 models, validators, gateway responses", migrate: addModels)
        return migrator
    }
}
