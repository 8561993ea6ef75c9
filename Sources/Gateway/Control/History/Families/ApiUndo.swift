import ControlAPI
import GRDB
import JSON

/// Rows of `rest_api` and `gateway_response`.
enum ApiUndo {
    static let apis = UndoFamily(
        table: "rest_api", what: "api", name: { row, _ in try row.decode(RestApi.self).name }, check: checkApi)

    static let gatewayResponses = UndoFamily(
        table: "gateway_response", what: "gateway response", name: { row, _ in row.text("response_type") ?? "" })

    /// An API that goes must not be one to which domain names or usage plans lead.
    private static func checkApi(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard row.after == nil, let id = row.before?.text("id") else { return }
        try Leads.check(toApi: id, stage: nil, undoing)
    }
}

/// Refuses to take away an API or a stage to which something outside leads.
enum Leads {
    static func check(toApi api: String, stage: String?, _ undoing: Undoing) throws {
        let mappings = try Row.fetchAll(
            undoing.db,
            sql: """
                SELECT json_array(domain_name, base_path) FROM base_path_mapping
                WHERE api_id = ?1 AND (?2 IS NULL OR stage = ?2) LIMIT 1
                """,
            arguments: [api, stage])
        if let mapping = mappings.first {
            try undoing.check(RowPlace(table: "base_path_mapping", key: mapping[0])) {
                try BasePathMappings.checkUnused(api: api, stage: stage, undoing.transaction)
            }
        }
        for plan in try UsagePlanTable.all(undoing.db).map(\.plan) {
            let used = plan.apiStages?.contains { $0.apiId == api && (stage == nil || $0.stage == stage) } ?? false
            guard used else { continue }
            throw try undoing.conflict(
                "usage plan \(plan.id ?? "") covers \(stage.map { "the stage \($0)" } ?? "the API")",
                at: KeyUndo.place(ofPlan: plan.id ?? "", undoing))
        }
    }
}
