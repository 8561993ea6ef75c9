import ControlAPI
import JSON

/// `/usageplans/{usageplanId}/usage`: how much of a plan its keys used.
///
/// Days are UTC's. Every key of the plan is listed, with `[used, remaining]` for each day from the first to the last,
/// but for days that are still to come; `remaining` is what was left at the day's end, −1 where the plan has no quota.
/// A day without requests has what the day before left of the same window.
enum UsageOfPlans {
    static let operations: [Operation] = [
        .engine("GetUsage", "GET", "/usageplans/{usageplanId}/usage", get),
        .engine("UpdateUsage", "PATCH", "/usageplans/{usageplanId}/keys/{keyId}/usage", update),
    ]

    /// AWS's limit.
    static let largestSpan = 90

    static func get(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let first = try day(input, "startDate")
        let last = try day(input, "endDate")
        guard first.number <= last.number else {
            throw ApiError.badRequest("Invalid dates specified: startDate must not be after endDate")
        }
        guard last.number - first.number < largestSpan else {
            throw ApiError.badRequest("Invalid dates specified: they can span at most \(largestSpan) days")
        }
        try await plane.usage.write()
        return try await plane.read { transaction in
            let plan = try transaction.usagePlan(input.parameter("usageplanId"))
            let paging = try Paging(input)
            var usage = Usage()
            usage.usagePlanId = plan.id
            (usage.startDate, usage.endDate) = (first.text, last.text)
            var items: [String: [[Int]]] = [:]
            let page = try keys(of: plan, paging, input, transaction)
            for key in page.items {
                items[key] = try days(plan, key, from: first.number, to: last.number, transaction)
            }
            usage.items = items
            usage.position = page.position
            return try OperationOutput(200, encoding: usage)
        }
    }

    private static func day(_ input: OperationInput, _ name: String) throws -> CalendarDay {
        guard let text = input.query(name), !text.isEmpty else {
            throw ApiError.badRequest("\(name) must be given, as YYYY-MM-DD")
        }
        guard let day = CalendarDay(text) else {
            throw ApiError.badRequest("Invalid \(name) specified: \(text). It must be a day, as YYYY-MM-DD")
        }
        return day
    }

    private static func keys(
        of plan: UsagePlan, _ paging: Paging, _ input: OperationInput, _ transaction: Transaction
    ) throws -> Page<String> {
        let id = plan.id ?? ""
        if let key = input.query("keyId"), !key.isEmpty {
            guard try UsagePlanTable.hasKey(transaction.db, plan: id, key: key) else {
                throw ApiError.notFound("Invalid API Key identifier specified")
            }
            return Page(items: [key])
        }
        let found = try UsagePlanTable.keys(
            transaction.db, plan: id, after: try paging.number(default: 0), limit: paging.limit + 1)
        return paging.page(found.map { (String($0.position), $0.id) })
    }

    private static func days(
        _ plan: UsagePlan, _ key: String, from first: Int, to last: Int, _ transaction: Transaction
    ) throws -> [[Int]] {
        let id = plan.id ?? ""
        let identity = ClientIdentity(planId: id, keyId: key)
        let quota = KeyRegistry.quota(plan.quota, since: try UsagePlanTable.quotaSince(transaction.db, id))
        let begin = min(first, quota?.period.firstDay(of: first) ?? first)
        guard begin <= transaction.today else { return [] }
        let stored = try UsageTable.days(transaction.db, identity, from: begin, to: last)
        var left: Int?
        var days: [[Int]] = []
        for day in begin...max(begin, min(last, transaction.today)) {
            if let quota, left == nil || quota.period.firstDay(of: day) == day {
                left = quota.allowance(inWindow: quota.period.firstDay(of: day))
            }
            if let remaining = stored[day]?.remaining { left = remaining }
            if day == transaction.today, let quota {
                left = try remaining(quota, identity, transaction)
            }
            if day >= first { days.append([stored[day]?.used ?? 0, quota == nil ? -1 : max(0, left ?? 0)]) }
        }
        return days
    }

    /// What is left now.
    private static func remaining(_ quota: Quota, _ identity: ClientIdentity, _ transaction: Transaction) throws -> Int
    {
        let firstDay = quota.period.firstDay(of: transaction.today)
        let window = try UsageTable.window(transaction.db, identity)
        guard let window, window.firstDay == firstDay else { return quota.allowance(inWindow: firstDay) }
        return quota.allowance(inWindow: firstDay) + window.extended - window.used
    }

    /// `replace /remaining` sets what is left of the window that runs. Requests that come between the store's count and
    /// the change are taken off the new number.
    static func update(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        try await plane.usage.write()
        return try await plane.change("UpdateUsage", actor: input.actor, input, setRemaining)
    }

    private static func setRemaining(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateUsageInput")
        let key = try UsagePlanKeys.find(transaction, input)
        let plan = try transaction.usagePlan(input.parameter("usageplanId"))
        let (planId, keyId) = (plan.id ?? "", key.id ?? "")
        let since = try UsagePlanTable.quotaSince(transaction.db, planId)
        guard let quota = KeyRegistry.quota(plan.quota, since: since) else {
            throw ApiError.badRequest("Usage Plan \(planId) has no quota of which anything could remain")
        }
        let identity = ClientIdentity(planId: planId, keyId: keyId)
        let before = try remaining(quota, identity, transaction)
        for step in patch.steps {
            guard step.op == "replace", step.path == "/remaining" else {
                throw Patch.invalidPath(step, oneOf: step.op == "replace" ? ["/remaining"] : [])
            }
            let wanted = try Patch.int(step, in: 0...Int(Int32.max))
            let firstDay = quota.period.firstDay(of: transaction.today)
            let window = try UsageTable.window(transaction.db, identity)
            let used = window?.firstDay == firstDay ? window?.used ?? 0 : 0
            var usage = StoredUsage()
            usage.window = firstDay
            usage.used = used
            usage.extended = wanted + used - quota.allowance(inWindow: firstDay)
            try UsageTable.put(transaction.db, identity, usage, today: transaction.today)
            transaction.extendUsage(identity, by: usage.extended, firstDay: firstDay)
        }
        let after = try remaining(quota, identity, transaction)
        try transaction.record(
            UsagePlanKeys.path(plan: planId, keyId) + "/usage", api: nil,
            before: ["remaining": .number(JSONNumber(max(0, before)))],
            after: ["remaining": .number(JSONNumber(after))] as JSON)
        var usage = Usage()
        usage.usagePlanId = planId
        let today = CalendarDay(number: transaction.today).text
        (usage.startDate, usage.endDate) = (today, today)
        usage.items = [
            keyId: try days(plan, keyId, from: transaction.today, to: transaction.today, transaction)
        ]
        return try OperationOutput(200, encoding: usage)
    }
}
