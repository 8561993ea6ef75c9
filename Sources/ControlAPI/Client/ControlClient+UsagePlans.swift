import JSON

/// Who may call which stages how often.
extension ControlClient {
    public func usagePlans() async throws -> [UsagePlan] {
        try await all(["usageplans"])
    }

    public func createUsagePlan(_ plan: UsagePlan) async throws -> UsagePlan {
        try await call(ControlRequest(.post, ["usageplans"], body: try JSON(encoding: plan)))
    }

    /// Puts a key into a plan.
    public func createUsagePlanKey(usagePlanId: String, keyId: String) async throws -> UsagePlanKey {
        try await call(
            ControlRequest(
                .post, ["usageplans", usagePlanId, "keys"],
                body: ["keyId": .string(keyId), "keyType": "API_KEY"]))
    }

    public func usagePlanKeys(usagePlanId: String) async throws -> [UsagePlanKey] {
        try await all(["usageplans", usagePlanId, "keys"])
    }

    /// What the plan's keys used on each day from `startDate` to `endDate`, both `YYYY-MM-DD` in UTC and at most 90
    /// days apart.
    public func usage(
        usagePlanId: String, startDate: String, endDate: String, keyId: String? = nil
    ) async throws -> Usage {
        var whole = Usage()
        var position: String?
        repeat {
            var query = [
                (name: "startDate", value: startDate), (name: "endDate", value: endDate), (name: "limit", value: "500"),
            ]
            if let keyId { query.append(("keyId", keyId)) }
            if let position { query.append(("position", position)) }
            let page: Usage = try await call(
                ControlRequest(.get, ["usageplans", usagePlanId, "usage"], query: query))
            let known = whole.items ?? [:]
            whole = page
            whole.items = known.merging(page.items ?? [:]) { _, new in new }
            position = page.position
        } while position != nil
        return whole
    }
}
