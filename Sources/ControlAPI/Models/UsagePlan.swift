/// Who may call which stages how often, as `GetUsagePlan` returns it.
public struct UsagePlan: Codable, Sendable, Hashable {
    public var id: String?
    public var name: String?
    public var description: String?
    public var apiStages: [ApiStage]?
    /// Of each key of the plan.
    public var throttle: ThrottleSettings?
    /// Of each key of the plan.
    public var quota: QuotaSettings?
    public var productCode: String?
    public var tags: [String: String]?

    public init() {}
}

/// A stage that a usage plan covers.
public struct ApiStage: Codable, Sendable, Hashable {
    public var apiId: String?
    public var stage: String?
    /// `{resource path}/{verb}` → limits of each key for that method.
    public var throttle: [String: ThrottleSettings]?

    public init(apiId: String?, stage: String?, throttle: [String: ThrottleSettings]? = nil) {
        self.apiId = apiId
        self.stage = stage
        self.throttle = throttle
    }
}

public struct QuotaSettings: Codable, Sendable, Hashable {
    /// Requests in a period.
    public var limit: Int?
    /// Requests that are taken off the first period's limit.
    public var offset: Int?
    /// `DAY`, `WEEK` or `MONTH`.
    public var period: String?

    public init(limit: Int?, offset: Int?, period: String?) {
        self.limit = limit
        self.offset = offset
        self.period = period
    }
}

/// A key's place in a usage plan, as `GetUsagePlanKey` returns it.
public struct UsagePlanKey: Codable, Sendable, Hashable {
    /// The key's id.
    public var id: String?
    /// `API_KEY`.
    public var type: String?
    public var value: String?
    public var name: String?

    public init(id: String?, type: String?, value: String?, name: String?) {
        self.id = id
        self.type = type
        self.value = value
        self.name = name
    }
}

/// How much of a plan's quota was used, as `GetUsage` returns it.
public struct Usage: Codable, Sendable, Hashable {
    public var usagePlanId: String?
    /// `YYYY-MM-DD`, the first day.
    public var startDate: String?
    /// `YYYY-MM-DD`, the last day.
    public var endDate: String?
    /// Key id → for each day `[used, remaining]`.
    public var items: [String: [[Int]]]?
    public var position: String?

    public init() {}

    enum CodingKeys: String, CodingKey {
        case usagePlanId, startDate, endDate, position
        case items = "values"
    }
}
