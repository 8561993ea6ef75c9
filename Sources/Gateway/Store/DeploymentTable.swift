import ControlAPI
import GRDB

/// Rows of `deployment`: what `GetDeployment` shows, and beside it the snapshot that the compiler reads.
enum DeploymentTable {
    static func find(_ db: Database, api: String, _ id: String) throws -> Deployment? {
        try String.fetchOne(
            db, sql: "SELECT document FROM deployment WHERE api_id = ? AND id = ?", arguments: [api, id]
        ).map { try Document.decode($0, what: "deployment \(id) of API \(api)") }
    }

    static func exists(_ db: Database, api: String, _ id: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM deployment WHERE api_id = ? AND id = ?)", arguments: [api, id]
        ) ?? false
    }

    static func snapshot(_ db: Database, api: String, _ id: String) throws -> DeploymentSnapshot? {
        try String.fetchOne(
            db, sql: "SELECT snapshot FROM deployment WHERE api_id = ? AND id = ?", arguments: [api, id]
        ).map { try Document.decode($0, what: "the snapshot of deployment \(id) of API \(api)") }
    }

    /// The newest first, those before `position`.
    static func list(
        _ db: Database, api: String, before position: Int, limit: Int
    ) throws -> [(position: Int, deployment: Deployment)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT sequence, id, document FROM deployment WHERE api_id = ? AND sequence < ?
                ORDER BY sequence DESC LIMIT ?
                """,
            arguments: [api, position, limit]
        ).map { row in
            let id: String = row["id"]
            return (row["sequence"], try Document.decode(row["document"], what: "deployment \(id) of API \(api)"))
        }
    }

    static func insert(_ db: Database, api: String, _ deployment: Deployment, _ snapshot: DeploymentSnapshot) throws {
        try db.execute(
            sql: "INSERT INTO deployment (api_id, id, document, snapshot) VALUES (?, ?, ?, ?)",
            arguments: [api, deployment.id, Document.text(deployment), Document.text(snapshot)])
    }

    static func update(_ db: Database, api: String, _ deployment: Deployment) throws {
        try db.execute(
            sql: "UPDATE deployment SET document = ? WHERE api_id = ? AND id = ?",
            arguments: [Document.text(deployment), api, deployment.id])
    }

    static func delete(_ db: Database, api: String, _ id: String) throws {
        try db.execute(sql: "DELETE FROM deployment WHERE api_id = ? AND id = ?", arguments: [api, id])
    }
}
