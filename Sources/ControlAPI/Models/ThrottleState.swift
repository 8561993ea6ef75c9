/// One token bucket as it is now: an item of `GET /sluice/throttles`.
public struct ThrottleState: Codable, Sendable, Hashable {
    /// Which limit it stands for, in the order in which API Gateway looks at them.
    public enum Level: String, Codable, Sendable, Hashable, CaseIterable {
        case planMethod, plan, method, stage, account
    }

    public var level: Level
    /// `nil` at account level.
    public var apiId: String?
    public var stageName: String?
    /// Method levels alone.
    public var resourcePath: String?
    public var httpMethod: String?
    /// Plan levels alone.
    public var usagePlanId: String?
    public var keyId: String?
    /// Tokens a second.
    public var rateLimit: Double
    public var burstLimit: Int
    /// Tokens there are, 0–`burstLimit`.
    public var available: Double
    /// Requests that it refused since the engine started.
    public var throttled: Int

    public init(level: Level, rateLimit: Double, burstLimit: Int, available: Double, throttled: Int) {
        self.level = level
        self.rateLimit = rateLimit
        self.burstLimit = burstLimit
        self.available = available
        self.throttled = throttled
    }
}
