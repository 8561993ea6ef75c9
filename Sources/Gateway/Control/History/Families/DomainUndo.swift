import ControlAPI
import GRDB
import JSON

/// Rows of `domain_name`, `base_path_mapping` and `domain_name_access_association`.
enum DomainUndo {
    static let names = UndoFamily(
        table: "domain_name", what: "domain name", name: { row, _ in row.text("name") ?? "" },
        live: { _, transaction in transaction.publishDomains() })

    static let mappings = UndoFamily(
        table: "base_path_mapping", what: "base path mapping",
        name: { row, _ in "\(row.text("domain_name") ?? "") \(row.text("base_path") ?? "")" },
        shown: { row in
            .object(
                JSONObject([
                    (key: "basePath", value: row.columns["base_path"] ?? .null),
                    (key: "restApiId", value: row.columns["api_id"] ?? .null),
                    (key: "stage", value: row.columns["stage"] ?? .null),
                ]))
        }, check: checkMapping, live: { _, transaction in transaction.publishDomains() })

    static let associations = UndoFamily(
        table: "domain_name_access_association", what: "domain name access association",
        name: { row, _ in row.text("arn") ?? "" })

    private static func checkMapping(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard let after = row.after, let api = after.text("api_id") else { return }
        guard try RestApiTable.exists(undoing.db, api) else {
            throw try undoing.conflict("the API \(api) is gone", inTable: "rest_api", where: [("id", api)])
        }
        guard let stage = after.text("stage"), try StageTable.find(undoing.db, api: api, stage) == nil else { return }
        throw try undoing.conflict(
            "the stage \(stage) of the API \(api) is gone", at: RowPlace(table: "stage", key: Undoing.key(api, stage)))
    }
}
