import ControlAPI
import GRDB
import JSON

/// Rows of `deployment` and `stage`.
enum DeploymentUndo {
    static let deployments = UndoFamily(
        table: "deployment", what: "deployment", name: { row, _ in row.text("id") ?? "" })

    static let stages = UndoFamily(
        table: "stage", what: "stage", name: { row, _ in row.text("name") ?? "" }, check: checkStage, live: publish)

    private static func checkStage(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard let after = row.after else {
            guard let api = row.before?.text("api_id"), let name = row.before?.text("name") else { return }
            return try Leads.check(toApi: api, stage: name, undoing)
        }
        let api = after.text("api_id") ?? ""
        let stage = try after.decode(Stage.self)
        if let version = stage.documentationVersion {
            try undoing.check(RowPlace(table: "documentation_version", key: Undoing.key(api, version))) {
                try DocumentationVersions.check(version, api: api, undoing.transaction)
            }
        }
        if let certificate = stage.clientCertificateId {
            try undoing.check(table: "client_certificate", where: [("id", certificate)]) {
                _ = try ClientCertificates.find(certificate, undoing.transaction)
            }
        }
        if row.before == nil, try StageTable.count(undoing.db, api: api) > Stages.largestCount {
            throw try undoing.conflict("the API has \(Stages.largestCount) other stages", at: row.place)
        }
    }

    private static func publish(_ row: ChangedRow, _ transaction: Transaction) throws {
        if let after = row.after {
            transaction.publish(api: after.text("api_id") ?? "", stage: after.text("name") ?? "")
        } else if let before = row.before {
            transaction.withdraw(api: before.text("api_id") ?? "", stage: before.text("name") ?? "")
        }
    }
}
