import GRDB

extension Schema {
    /// Migration 5: Lambda functions. Version 0 is `$LATEST`. A version's code is a package, a folder's name below the
    /// home's `functions`, or a folder of the developer's own, an absolute path.
    static func addFunctions(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE lambda_function (
                    name TEXT PRIMARY KEY,
                    newest_version INTEGER NOT NULL,
                    reserved_concurrency INTEGER,
                    tags TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE TABLE lambda_version (
                    function_name TEXT NOT NULL REFERENCES lambda_function (name) ON DELETE CASCADE,
                    version INTEGER NOT NULL,
                    package TEXT,
                    folder TEXT,
                    document TEXT NOT NULL,
                    PRIMARY KEY (function_name, version),
                    CHECK ((package IS NULL) <> (folder IS NULL))
                );
                CREATE INDEX lambda_version_package ON lambda_version (package);
                CREATE TABLE lambda_alias (
                    function_name TEXT NOT NULL REFERENCES lambda_function (name) ON DELETE CASCADE,
                    name TEXT NOT NULL,
                    document TEXT NOT NULL,
                    PRIMARY KEY (function_name, name)
                );
                CREATE TABLE lambda_policy (
                    function_name TEXT NOT NULL REFERENCES lambda_function (name) ON DELETE CASCADE,
                    qualifier TEXT NOT NULL,
                    document TEXT NOT NULL,
                    PRIMARY KEY (function_name, qualifier)
                );
                """)
    }
}
