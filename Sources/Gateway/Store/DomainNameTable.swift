import ControlAPI
import GRDB

/// Rows of `domain_name`.
enum DomainNameTable {
    static func find(_ db: Database, _ name: String) throws -> DomainName? {
        try String.fetchOne(db, sql: "SELECT document FROM domain_name WHERE name = ?", arguments: [name])
            .map { try Document.decode($0, what: "domain name \(name)") }
    }

    static func count(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM domain_name") ?? 0
    }

    /// In the order of creation, those after `position`, with their positions.
    static func list(_ db: Database, after position: Int, limit: Int) throws -> [(position: Int, domain: DomainName)] {
        try Row.fetchAll(
            db, sql: "SELECT sequence, document FROM domain_name WHERE sequence > ? ORDER BY sequence LIMIT ?",
            arguments: [position, limit]
        ).map { ($0["sequence"], try Document.decode($0["document"], what: "a domain name")) }
    }

    static func put(_ db: Database, _ domain: DomainName) throws {
        try db.execute(
            sql: """
                INSERT INTO domain_name (name, document) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET document = excluded.document
                """,
            arguments: [domain.domainName, Document.text(domain)])
    }

    /// Takes its mappings and associations with it.
    static func delete(_ db: Database, _ name: String) throws {
        try db.execute(sql: "DELETE FROM domain_name WHERE name = ?", arguments: [name])
    }
}

/// Rows of `base_path_mapping`.
enum BasePathMappingTable {
    private static func mapping(_ row: Row) -> BasePathMapping {
        BasePathMapping(basePath: row["base_path"], restApiId: row["api_id"], stage: row["stage"])
    }

    static func find(_ db: Database, domain: String, _ basePath: String) throws -> BasePathMapping? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM base_path_mapping WHERE domain_name = ? AND base_path = ?",
            arguments: [domain, basePath]
        ).map(mapping)
    }

    /// By path, those after `position`.
    static func list(
        _ db: Database, domain: String, after position: String = "", limit: Int = -1
    ) throws -> [BasePathMapping] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM base_path_mapping WHERE domain_name = ? AND base_path > ? ORDER BY base_path LIMIT ?
                """,
            arguments: [domain, position, limit]
        ).map(mapping)
    }

    /// By domain name.
    static func all(_ db: Database) throws -> [String: [BasePathMapping]] {
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM base_path_mapping ORDER BY domain_name, base_path")
        return Dictionary(grouping: rows) { $0["domain_name"] }.mapValues { $0.map(mapping) }
    }

    /// A domain name that leads to the API or, where one is given, to its stage.
    static func domain(_ db: Database, using api: String, stage: String?) throws -> String? {
        try String.fetchOne(
            db,
            sql: """
                SELECT domain_name FROM base_path_mapping WHERE api_id = ?1 AND (?2 IS NULL OR stage = ?2)
                ORDER BY domain_name LIMIT 1
                """,
            arguments: [api, stage])
    }

    static func insert(_ db: Database, domain: String, _ mapping: BasePathMapping) throws {
        try db.execute(
            sql: "INSERT INTO base_path_mapping (domain_name, base_path, api_id, stage) VALUES (?, ?, ?, ?)",
            arguments: [domain, mapping.basePath, mapping.restApiId, mapping.stage])
    }

    static func delete(_ db: Database, domain: String, _ basePath: String) throws {
        try db.execute(
            sql: "DELETE FROM base_path_mapping WHERE domain_name = ? AND base_path = ?", arguments: [domain, basePath])
    }
}

/// Rows of `domain_name_access_association`.
enum DomainNameAccessAssociationTable {
    static func find(_ db: Database, _ arn: String) throws -> DomainNameAccessAssociation? {
        try String.fetchOne(
            db, sql: "SELECT document FROM domain_name_access_association WHERE arn = ?", arguments: [arn]
        ).map { try Document.decode($0, what: "domain name access association \(arn)") }
    }

    /// In the order of creation, those after `position`, with their positions.
    static func list(
        _ db: Database, after position: Int, limit: Int
    ) throws -> [(position: Int, association: DomainNameAccessAssociation)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT sequence, document FROM domain_name_access_association WHERE sequence > ?
                ORDER BY sequence LIMIT ?
                """,
            arguments: [position, limit]
        ).map { ($0["sequence"], try Document.decode($0["document"], what: "a domain name access association")) }
    }

    static func put(_ db: Database, domain: String, _ association: DomainNameAccessAssociation) throws {
        try db.execute(
            sql: """
                INSERT INTO domain_name_access_association (arn, domain_name, document) VALUES (?, ?, ?)
                ON CONFLICT (arn) DO UPDATE SET document = excluded.document
                """,
            arguments: [association.domainNameAccessAssociationArn, domain, Document.text(association)])
    }

    static func delete(_ db: Database, _ arn: String) throws {
        try db.execute(sql: "DELETE FROM domain_name_access_association WHERE arn = ?", arguments: [arn])
    }
}
