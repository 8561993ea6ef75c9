import ControlAPI
import JSON

/// `/usageplans/{usageplanId}/keys`.
enum UsagePlanKeys {
    static let operations: [Operation] = [
        .change("CreateUsagePlanKey", "POST", "/usageplans/{usageplanId}/keys", create),
        .read("GetUsagePlanKeys", "GET", "/usageplans/{usageplanId}/keys", list),
        .read("GetUsagePlanKey", "GET", "/usageplans/{usageplanId}/keys/{keyId}", get),
        .change("DeleteUsagePlanKey", "DELETE", "/usageplans/{usageplanId}/keys/{keyId}", delete),
    ]

    /// AWS's quota.
    static let largestPlanCount = 10

    static func path(plan: String, _ key: String) -> String { "/usageplans/\(plan)/keys/\(key)" }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let keyId = try input.body.string("keyId")
        let keyType = try input.body.string("keyType")
        var violations = Violations()
        if keyId == nil { violations.addNull(at: "createUsagePlanKeyInput.keyId") }
        if keyType == nil { violations.addNull(at: "createUsagePlanKeyInput.keyType") }
        try violations.throwIfAny()
        guard keyType == "API_KEY" else {
            throw ApiError.badRequest("Invalid key type specified: \(keyType ?? ""). It must be API_KEY")
        }
        let key = try transaction.apiKey(keyId ?? "")
        let plan = try transaction.usagePlan(input.parameter("usageplanId"))
        let plans = try UsagePlanTable.plans(transaction.db, ofKey: key.id ?? "")
        guard !plans.contains(where: { $0.id == plan.id }) else {
            throw ApiError.conflict("Usage Plan \(plan.id ?? "") already has API Key \(key.id ?? "")")
        }
        try checkAdding(key: key.id ?? "", to: plan, besides: plans)
        try add(key, to: plan, transaction)
        return try OperationOutput(201, encoding: shown(key))
    }

    /// A key has at most ten plans, and at most one for a stage.
    static func checkAdding(key: String, to plan: UsagePlan, besides plans: [UsagePlan]) throws {
        guard plans.count < largestPlanCount else {
            throw ApiError.limitExceeded(
                "Too many usage plans for API Key \(key): a key can have at most \(largestPlanCount)")
        }
        let taken = Set(plans.flatMap { ($0.apiStages ?? []).map(UsagePlanPatch.name) })
        if let stage = (plan.apiStages ?? []).map(UsagePlanPatch.name).first(where: taken.contains) {
            throw conflict(plan: plan.id ?? "", key: key, stage: stage)
        }
    }

    static func conflict(plan: String, key: String, stage: String) -> ApiError {
        .conflict(
            "Usage Plan \(plan) cannot be added because API Key \(key) cannot reference multiple Usage Plans with the "
                + "same API stage: \(stage)")
    }

    static func add(_ key: ApiKey, to plan: UsagePlan, _ transaction: Transaction) throws {
        let (planId, keyId) = (plan.id ?? "", key.id ?? "")
        try UsagePlanTable.addKey(transaction.db, plan: planId, key: keyId)
        try transaction.record(path(plan: planId, keyId), api: nil, after: journaled(key))
        transaction.publishKeys()
    }

    private static func shown(_ key: ApiKey) -> UsagePlanKey {
        UsagePlanKey(id: key.id, type: "API_KEY", value: key.value, name: key.name)
    }

    /// What the journal keeps: never the value.
    private static func journaled(_ key: ApiKey) -> UsagePlanKey {
        UsagePlanKey(id: key.id, type: "API_KEY", value: nil, name: key.name)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let plan = try transaction.usagePlan(input.parameter("usageplanId"))
        let paging = try Paging(input)
        let found = try UsagePlanTable.keys(
            transaction.db, plan: plan.id ?? "", namePrefix: input.query("name") ?? "",
            after: try paging.number(default: 0), limit: paging.limit + 1)
        return try OperationOutput(
            200,
            encoding: paging.page(
                found.map { row in
                    let name = row.name.isEmpty ? nil : row.name
                    return (
                        String(row.position), UsagePlanKey(id: row.id, type: "API_KEY", value: row.value, name: name)
                    )
                }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: shown(find(transaction, input)))
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let key = try find(transaction, input)
        let plan = input.parameter("usageplanId")
        try UsagePlanTable.removeKey(transaction.db, plan: plan, key: key.id ?? "")
        try transaction.record(path(plan: plan, key.id ?? ""), api: nil, before: journaled(key))
        transaction.publishKeys()
        return .accepted
    }

    /// The key, which has to be in the plan.
    static func find(_ transaction: Transaction, _ input: OperationInput) throws -> ApiKey {
        let plan = try transaction.usagePlan(input.parameter("usageplanId"))
        let key = try transaction.apiKey(input.parameter("keyId"))
        guard try UsagePlanTable.hasKey(transaction.db, plan: plan.id ?? "", key: key.id ?? "") else {
            throw ApiError.notFound("Invalid Usage Plan Key identifier specified")
        }
        return key
    }
}
