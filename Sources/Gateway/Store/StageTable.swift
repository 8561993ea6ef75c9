import ControlAPI
import GRDB

/// Rows of `stage`.
enum StageTable {
    static func find(_ db: Database, api: String, _ name: String) throws -> Stage? {
        try String.fetchOne(
            db, sql: "SELECT document FROM stage WHERE api_id = ? AND name = ?", arguments: [api, name]
        ).map { try Document.decode($0, what: "stage \(name) of API \(api)") }
    }

    static func list(_ db: Database, api: String) throws -> [Stage] {
        try String.fetchAll(db, sql: "SELECT document FROM stage WHERE api_id = ? ORDER BY name", arguments: [api])
            .map { try Document.decode($0, what: "a stage of API \(api)") }
    }

    static func count(_ db: Database, api: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM stage WHERE api_id = ?", arguments: [api]) ?? 0
    }

    /// Every stage there is, as API id and name.
    static func all(_ db: Database) throws -> [(api: String, name: String)] {
        try Row.fetchAll(db, sql: "SELECT api_id, name FROM stage ORDER BY api_id, name")
            .map { ($0["api_id"], $0["name"]) }
    }

    /// Whether a stage answers with the deployment, as its base or as its canary.
    static func uses(_ db: Database, api: String, deployment: String) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM stage WHERE api_id = ? AND (deployment_id = ? OR canary_deployment_id = ?))
                """,
            arguments: [api, deployment, deployment]) ?? false
    }

    static func put(_ db: Database, api: String, _ stage: Stage) throws {
        try db.execute(
            sql: """
                INSERT INTO stage (api_id, name, deployment_id, canary_deployment_id, document) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (api_id, name) DO UPDATE SET deployment_id = excluded.deployment_id,
                    canary_deployment_id = excluded.canary_deployment_id, document = excluded.document
                """,
            arguments: [
                api, stage.stageName, stage.deploymentId, stage.canarySettings?.deploymentId, Document.text(stage),
            ])
    }

    /// `{API id}/{stage}` of a stage that shows a client certificate.
    static func place(_ db: Database, usingCertificate id: String) throws -> String? {
        try String.fetchOne(
            db,
            sql: """
                SELECT api_id || '/' || name FROM stage WHERE json_extract(document, '$.clientCertificateId') = ?
                """,
            arguments: [id])
    }

    static func delete(_ db: Database, api: String, _ name: String) throws {
        try db.execute(sql: "DELETE FROM stage WHERE api_id = ? AND name = ?", arguments: [api, name])
    }
}
