import ControlAPI
import JSON

/// `/usageplans`.
///
/// Plans are live at once. An API or a stage that is deleted leaves the plans that covered it; AWS documents nothing
/// for this, and what it leaves behind there keeps plans from being deleted.
enum UsagePlans {
    static let operations: [Operation] = [
        .change("CreateUsagePlan", "POST", "/usageplans", create),
        .read("GetUsagePlans", "GET", "/usageplans", list),
        .read("GetUsagePlan", "GET", "/usageplans/{usageplanId}", get),
        .change("UpdateUsagePlan", "PATCH", "/usageplans/{usageplanId}", update),
        .change("DeleteUsagePlan", "DELETE", "/usageplans/{usageplanId}", delete),
    ]

    // AWS's quotas.
    static let largestCount = 300
    static let largestMethodCount = 20

    static func path(_ id: String) -> String { "/usageplans/\(id)" }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let body = input.body
        var plan = UsagePlan()
        plan.name = try body.string("name")
        plan.description = try body.string("description")
        plan.apiStages = try (body.structures("apiStages") ?? []).map(apiStage)
        plan.throttle = try body.structure("throttle").flatMap(throttle)
        plan.quota = try body.structure("quota").flatMap(quota)
        let tags = try body.stringMap("tags")
        var violations = Violations()
        if plan.name == nil { violations.addNull(at: "createUsagePlanInput.name") }
        violations.check(
            plan.quota?.period, at: "createUsagePlanInput.quota.period", oneOf: QuotaPeriod.allCases.map(\.rawValue))
        try violations.throwIfAny()
        try Tags.check(tags)
        plan.tags = tags?.isEmpty == false ? tags : nil
        guard try UsagePlanTable.count(transaction.db) < largestCount else {
            throw ApiError.limitExceeded("Too many usage plans: an account can have at most \(largestCount)")
        }
        plan.id = try transaction.newId(length: 6) { try UsagePlanTable.exists(transaction.db, $0) }
        try check(plan, transaction)
        try UsagePlanTable.insert(transaction.db, plan, quotaSince: transaction.today)
        try transaction.record(path(plan.id ?? ""), api: nil, after: plan)
        transaction.publishKeys()
        return try OperationOutput(201, encoding: plan)
    }

    private static func apiStage(_ body: RequestBody) throws -> ApiStage {
        var stage = ApiStage(apiId: try body.string("apiId"), stage: try body.string("stage"))
        if let methods = try body.structure("throttle") {
            for (method, _) in methods.object.members {
                guard let settings = try methods.structure(method) else { continue }
                stage.throttle = stage.throttle ?? [:]
                stage.throttle?[UsagePlanPatch.methodKey(method)] =
                    try throttle(settings)
                    ?? ThrottleSettings(
                        burstLimit: nil, rateLimit: nil)
            }
        }
        return stage
    }

    private static func throttle(_ body: RequestBody) throws -> ThrottleSettings? {
        let settings = ThrottleSettings(burstLimit: try body.int("burstLimit"), rateLimit: try body.double("rateLimit"))
        return settings.burstLimit == nil && settings.rateLimit == nil ? nil : settings
    }

    private static func quota(_ body: RequestBody) throws -> QuotaSettings? {
        let quota = QuotaSettings(
            limit: try body.int("limit"), offset: try body.int("offset") ?? 0, period: try body.string("period"))
        return quota.limit == nil && quota.period == nil ? nil : quota
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let paging = try Paging(input)
        let key = input.query("keyId").flatMap { $0.isEmpty ? nil : $0 }
        if let key { _ = try transaction.apiKey(key) }
        let found = try UsagePlanTable.list(
            transaction.db, key: key, after: try paging.number(default: 0), limit: paging.limit + 1)
        return try OperationOutput(
            200, encoding: paging.page(found.map { (String($0.position), withTags($0.plan)) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: withTags(transaction.usagePlan(input.parameter("usageplanId"))))
    }

    /// Every answer but that of `CreateUsagePlan` has `tags`, also if there are none.
    private static func withTags(_ plan: UsagePlan) -> UsagePlan {
        var plan = plan
        plan.tags = plan.tags ?? [:]
        return plan
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateUsagePlanInput")
        let before = try transaction.usagePlan(input.parameter("usageplanId"))
        var patcher = UsagePlanPatch(plan: before)
        for step in patch.steps { try patcher.apply(step) }
        try store(patcher.plan, before: before, transaction)
        return try OperationOutput(200, encoding: withTags(patcher.plan))
    }

    private static func store(_ plan: UsagePlan, before: UsagePlan, _ transaction: Transaction) throws {
        try check(plan, transaction)
        // A limit that changes goes on with the window that runs; another period or offset begins anew.
        let isSameQuota = before.quota?.period == plan.quota?.period && before.quota?.offset == plan.quota?.offset
        let since =
            isSameQuota ? try UsagePlanTable.quotaSince(transaction.db, plan.id ?? "") : transaction.today
        try UsagePlanTable.update(transaction.db, plan, quotaSince: since)
        try transaction.record(path(plan.id ?? ""), api: nil, before: before, after: plan)
        transaction.publishKeys()
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let plan = try transaction.usagePlan(input.parameter("usageplanId"))
        let id = plan.id ?? ""
        if let stage = plan.apiStages?.first {
            throw ApiError.badRequest(
                "Cannot delete Usage Plan \(id) because there are API Stages associated with it, including "
                    + UsagePlanPatch.name(stage))
        }
        try UsagePlanTable.delete(transaction.db, id)
        try transaction.record(path(id), api: nil, before: plan)
        transaction.publishKeys()
        return .accepted
    }

    /// Takes a deleted stage, or all of a deleted API, out of the plans.
    static func forget(api: String, stage: String?, _ transaction: Transaction) throws {
        for published in try UsagePlanTable.all(transaction.db) {
            var plan = published.plan
            plan.apiStages?.removeAll { $0.apiId == api && (stage == nil || $0.stage == stage) }
            guard plan != published.plan else { continue }
            try UsagePlanTable.update(transaction.db, plan, quotaSince: published.quotaSince)
            try transaction.record(path(plan.id ?? ""), api: api, before: published.plan, after: plan)
            transaction.publishKeys()
        }
    }

    // MARK: Rules

    private static func check(_ plan: UsagePlan, _ transaction: Transaction) throws {
        guard plan.name?.isEmpty == false else { throw ApiError.badRequest("Usage Plan name cannot be empty") }
        try check(plan.throttle, of: "Usage Plan")
        try check(plan.quota)
        for stage in plan.apiStages ?? [] { try check(stage, of: plan, transaction) }
        try checkSharedStages(plan, transaction)
    }

    private static func check(_ throttle: ThrottleSettings?, of what: String) throws {
        if let rate = throttle?.rateLimit, rate < 0, rate != -1 {
            throw ApiError.badRequest("\(what) throttle rate limit must be 0 or more, or -1 for no limit")
        }
        if let burst = throttle?.burstLimit, !(-1...Int(Int32.max)).contains(burst) {
            throw ApiError.badRequest(
                "\(what) throttle burst limit must be a number from 0 to \(Int32.max), or -1 for no limit")
        }
    }

    private static func check(_ quota: QuotaSettings?) throws {
        guard let quota else { return }
        guard let limit = quota.limit, quota.period != nil else {
            throw ApiError.badRequest("Usage Plan quota must have a limit and a period")
        }
        guard (0...Int(Int32.max)).contains(limit) else {
            throw ApiError.badRequest("Usage Plan quota limit must be a number from 0 to \(Int32.max)")
        }
        guard (0...Int(Int32.max)).contains(quota.offset ?? 0) else {
            throw ApiError.badRequest("Usage Plan quota offset must be a number from 0 to \(Int32.max)")
        }
    }

    private static func check(_ stage: ApiStage, of plan: UsagePlan, _ transaction: Transaction) throws {
        let (api, name) = (stage.apiId ?? "", stage.stage ?? "")
        guard !api.isEmpty, !name.isEmpty else {
            throw ApiError.badRequest(invalid(stage, of: plan))
        }
        guard try StageTable.find(transaction.db, api: api, name) != nil else {
            throw ApiError.notFound(invalid(stage, of: plan))
        }
        let methods = stage.throttle ?? [:]
        guard methods.count <= largestMethodCount else {
            throw ApiError.limitExceeded(
                "Too many method throttles: a stage of a usage plan can have at most \(largestMethodCount)")
        }
        for (method, settings) in methods {
            guard let (path, verb) = KeyRegistry.split(methodKey: method), path.hasPrefix("/"), Verbs.all.contains(verb)
            else {
                throw ApiError.badRequest(
                    "Invalid method throttle specified: \(method). It must be {resource path}/{verb}, for example "
                        + "/pets/GET")
            }
            try check(settings, of: "Method \(method)")
        }
    }

    private static func invalid(_ stage: ApiStage, of plan: UsagePlan) -> String {
        "Invalid API Stage {api: \(stage.apiId ?? "null"), stage: \(stage.stage ?? "null")} "
            + "specified for usageplan \(plan.id ?? "")"
    }

    /// A key has at most one plan for a stage.
    static func checkSharedStages(_ plan: UsagePlan, _ transaction: Transaction) throws {
        let stages = Set((plan.apiStages ?? []).map(UsagePlanPatch.name))
        guard !stages.isEmpty else { return }
        for other in try UsagePlanTable.all(transaction.db).map(\.plan) where other.id != plan.id {
            let shared = (other.apiStages ?? []).map(UsagePlanPatch.name).first { stages.contains($0) }
            guard let shared,
                let key = try UsagePlanTable.sharedKey(transaction.db, plan.id ?? "", other.id ?? "")
            else { continue }
            throw UsagePlanKeys.conflict(plan: plan.id ?? "", key: key, stage: shared)
        }
    }
}
