import ControlAPI
import GRDB

/// Rows of `resource` and of `method`. An import writes hundreds: their statements are compiled once a connection.
enum ResourceTable {
    private static let columns = "id, parent_id, path_part, path"

    private static func resource(_ row: Row) -> Resource {
        Resource(id: row["id"], parentId: row["parent_id"], pathPart: row["path_part"], path: row["path"])
    }

    static func find(_ db: Database, api: String, _ id: String) throws -> Resource? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT \(columns) FROM resource WHERE api_id = ? AND id = ?"),
            arguments: [api, id]
        ).map(resource)
    }

    static func children(_ db: Database, api: String, of id: String) throws -> [Resource] {
        try Row.fetchAll(
            db, sql: "SELECT \(columns) FROM resource WHERE api_id = ? AND parent_id = ? ORDER BY path_part",
            arguments: [api, id]
        ).map(resource)
    }

    /// By path, those after the path `position`.
    static func list(_ db: Database, api: String, after position: String = "", limit: Int = -1) throws -> [Resource] {
        try Row.fetchAll(
            db, sql: "SELECT \(columns) FROM resource WHERE api_id = ? AND path > ? ORDER BY path LIMIT ?",
            arguments: [api, position, limit]
        ).map(resource)
    }

    static func count(_ db: Database, api: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM resource WHERE api_id = ?", arguments: [api]) ?? 0
    }

    static func insert(_ db: Database, api: String, _ resource: Resource) throws {
        try db.cachedStatement(
            sql: "INSERT INTO resource (api_id, id, parent_id, path_part, path) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [api, resource.id, resource.parentId, resource.pathPart, resource.path])
    }

    static func update(_ db: Database, api: String, _ resource: Resource) throws {
        try db.cachedStatement(
            sql: "UPDATE resource SET parent_id = ?, path_part = ?, path = ? WHERE api_id = ? AND id = ?"
        ).execute(arguments: [resource.parentId, resource.pathPart, resource.path, api, resource.id])
    }

    /// Takes its children and all their methods along.
    static func delete(_ db: Database, api: String, _ id: String) throws {
        try db.cachedStatement(sql: "DELETE FROM resource WHERE api_id = ? AND id = ?").execute(arguments: [api, id])
    }

    static func method(_ db: Database, api: String, resource: String, _ verb: String) throws -> Method? {
        try String.fetchOne(
            db.cachedStatement(
                sql: "SELECT document FROM method WHERE api_id = ? AND resource_id = ? AND http_method = ?"),
            arguments: [api, resource, verb]
        ).map { try Document.decode($0, what: "method \(verb) of resource \(resource) of API \(api)") }
    }

    static func putMethod(_ db: Database, api: String, resource: String, _ verb: String, _ method: Method) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO method (api_id, resource_id, http_method, document) VALUES (?, ?, ?, ?)
                ON CONFLICT (api_id, resource_id, http_method) DO UPDATE SET document = excluded.document
                """
        ).execute(arguments: [api, resource, verb, Document.text(method)])
    }

    static func deleteMethod(_ db: Database, api: String, resource: String, _ verb: String) throws {
        try db.cachedStatement(
            sql: "DELETE FROM method WHERE api_id = ? AND resource_id = ? AND http_method = ?"
        ).execute(arguments: [api, resource, verb])
    }

    /// An integration of any API that goes through a VPC link, as AWS prints it: `GET:{resource id}:{API id}`.
    static func integration(_ db: Database, through vpcLink: String) throws -> String? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT http_method, resource_id, api_id FROM method
                WHERE instr(document, ?1) > 0 AND json_extract(document, '$.methodIntegration.connectionId') = ?1
                """,
            arguments: [vpcLink]
        ).map { row in
            let place: [String] = [row["http_method"], row["resource_id"], row["api_id"]]
            return place.joined(separator: ":")
        }
    }

    /// The methods of one resource as they are stored, by verb.
    static func methodDocuments(
        _ db: Database, api: String, resource: String
    ) throws -> [(verb: String, document: String)] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT http_method, document FROM method WHERE api_id = ? AND resource_id = ?
                    ORDER BY http_method
                    """), arguments: [api, resource]
        ).map { ($0[0], $0[1]) }
    }

    /// Verb → method of one resource.
    static func methods(_ db: Database, api: String, resource: String) throws -> [String: Method] {
        try methods(db, sql: "AND resource_id = ?", [api, resource])[resource] ?? [:]
    }

    /// Resource id → verb → method of a whole API.
    static func methods(_ db: Database, api: String) throws -> [String: [String: Method]] {
        try methods(db, sql: "", [api])
    }

    private static func methods(
        _ db: Database, sql: String, _ arguments: [String]
    ) throws -> [String: [String: Method]] {
        var found: [String: [String: Method]] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT resource_id, http_method, document FROM method WHERE api_id = ? \(sql)",
            arguments: StatementArguments(arguments))
        while let row = try rows.next() {
            let resource: String = row["resource_id"]
            let verb: String = row["http_method"]
            found[resource, default: [:]][verb] = try Document.decode(
                row["document"], what: "method \(verb) of resource \(resource)")
        }
        return found
    }
}
