import GRDB

extension Schema {
    /// Migration 2. APIs from before it get the two models that every new API has.
    static func addModels(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE model (
                    api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                    name TEXT NOT NULL,
                    document TEXT NOT NULL,
                    PRIMARY KEY (api_id, name)
                );
                CREATE TABLE request_validator (
                    api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                    id TEXT NOT NULL,
                    document TEXT NOT NULL,
                    PRIMARY KEY (api_id, id)
                );
                CREATE TABLE gateway_response (
                    api_id TEXT NOT NULL REFERENCES rest_api (id) ON DELETE CASCADE,
                    response_type TEXT NOT NULL,
                    document TEXT NOT NULL,
                    PRIMARY KEY (api_id, response_type)
                );
                """)
        for (name, description, schema) in [
            (
                "Empty", "This is a default empty schema model",
                #"{"$schema":"http://json-schema.org/draft-04/schema#","title":"Empty Schema","type":"object"}"#
            ),
            (
                "Error", "This is a default error schema model",
                #"{"$schema":"http://json-schema.org/draft-04/schema#","title":"Error Schema","type":"object","#
                    + #""properties":{"message":{"type":"string"}}}"#
            ),
        ] {
            try db.execute(
                sql: """
                    INSERT INTO model (api_id, name, document)
                    SELECT id, ?1, json_object(
                        'id', lower(hex(randomblob(3))), 'name', ?1, 'description', ?2, 'schema', ?3,
                        'contentType', 'application/json')
                    FROM rest_api
                    """,
                arguments: [name, description, schema])
        }
    }
}
