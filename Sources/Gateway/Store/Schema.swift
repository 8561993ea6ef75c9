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
        registerKeys(in: &migrator)
        migrator.registerMigration(
            "4 documentation, vpc links, authorizers, certificates, domains", migrate: addDocumentation)
        migrator.registerMigration("5 functions", migrate: addFunctions)
        return migrator
    }

    private static func registerKeys(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("3 api keys, usage plans, usage") { db in
            try db.execute(
                sql: """
                    CREATE TABLE api_key (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        value TEXT NOT NULL UNIQUE,
                        name TEXT NOT NULL,
                        customer_id TEXT,
                        enabled INTEGER NOT NULL,
                        document TEXT NOT NULL
                    );
                    CREATE TABLE usage_plan (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        quota_since INTEGER NOT NULL,
                        document TEXT NOT NULL
                    );
                    CREATE TABLE usage_plan_key (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        plan_id TEXT NOT NULL REFERENCES usage_plan (id) ON DELETE CASCADE,
                        key_id TEXT NOT NULL REFERENCES api_key (id) ON DELETE CASCADE,
                        UNIQUE (plan_id, key_id)
                    );
                    CREATE INDEX usage_plan_key_key ON usage_plan_key (key_id);
                    CREATE TABLE usage_window (
                        plan_id TEXT NOT NULL REFERENCES usage_plan (id) ON DELETE CASCADE,
                        key_id TEXT NOT NULL REFERENCES api_key (id) ON DELETE CASCADE,
                        first_day INTEGER NOT NULL,
                        used INTEGER NOT NULL,
                        extended INTEGER NOT NULL,
                        PRIMARY KEY (plan_id, key_id)
                    ) WITHOUT ROWID;
                    CREATE INDEX usage_window_key ON usage_window (key_id);
                    CREATE TABLE usage_day (
                        plan_id TEXT NOT NULL REFERENCES usage_plan (id) ON DELETE CASCADE,
                        key_id TEXT NOT NULL REFERENCES api_key (id) ON DELETE CASCADE,
                        day INTEGER NOT NULL,
                        used INTEGER NOT NULL,
                        remaining INTEGER,
                        PRIMARY KEY (plan_id, key_id, day)
                    ) WITHOUT ROWID;
                    CREATE INDEX usage_day_key ON usage_day (key_id);
                    CREATE INDEX usage_day_day ON usage_day (day);
                    """)
        }
    }
}
