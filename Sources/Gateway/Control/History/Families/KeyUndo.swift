import ControlAPI
import GRDB
import JSON

/// Rows of `api_key`, `usage_plan` and `usage_plan_key`.
enum KeyUndo {
    static let keys = UndoFamily(
        table: "api_key", what: "api key", name: { row, _ in row.text("name") ?? row.text("id") ?? "" }, live: publish)

    static let plans = UndoFamily(
        table: "usage_plan", what: "usage plan",
        name: { row, _ in try row.decode(UsagePlan.self).name ?? row.text("id") ?? "" }, check: checkPlan, live: publish
    )

    static let planKeys = UndoFamily(
        table: "usage_plan_key", what: "usage plan key",
        name: { row, _ in "\(row.text("plan_id") ?? "") \(row.text("key_id") ?? "")" },
        shown: { row in
            .object(
                JSONObject([
                    (key: "usagePlanId", value: row.columns["plan_id"] ?? .null),
                    (key: "keyId", value: row.columns["key_id"] ?? .null),
                ]))
        }, check: checkPlanKey, live: publish)

    private static func publish(_ row: ChangedRow, _ transaction: Transaction) throws { transaction.publishKeys() }

    static func place(ofPlan id: String, _ undoing: Undoing) throws -> RowPlace {
        guard let shape = undoing.capture.shapes["usage_plan"],
            let place = try KeptRow.place(undoing.db, shape, where: [("id", .string(id))])
        else { return RowPlace(table: "usage_plan", key: "") }
        return place
    }

    private static func checkPlan(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard let after = row.after else { return }
        let plan = try after.decode(UsagePlan.self)
        for stage in plan.apiStages ?? [] {
            let (api, name) = (stage.apiId ?? "", stage.stage ?? "")
            guard try StageTable.find(undoing.db, api: api, name) == nil else { continue }
            throw try undoing.conflict(
                "the stage \(name) of the API \(api) is gone", at: RowPlace(table: "stage", key: Undoing.key(api, name))
            )
        }
        try undoing.check(row.place) { try UsagePlans.checkSharedStages(plan, undoing.transaction) }
    }

    private static func checkPlanKey(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard let after = row.after, let id = after.text("plan_id"),
            let plan = try UsagePlanTable.find(undoing.db, id)
        else { return }
        try undoing.check(row.place) { try UsagePlans.checkSharedStages(plan, undoing.transaction) }
    }
}
