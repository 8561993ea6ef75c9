/// What one stage's base or canary deployment did in one second, with CloudWatch's metric names.
///
/// Samples exist only for seconds with traffic. They add up: over stages, over seconds, base and canary.
public struct MetricsSample: Codable, Sendable, Hashable {
    /// The second that was counted, since 1970.
    public var time: Int
    public var apiId: String
    public var stageName: String
    /// With `httpMethod`, CloudWatch's dimensions of a method with detailed metrics. `nil` in the samples of stages,
    /// which count these requests as well: the two never stand in one list.
    public var resourcePath: String?
    /// The method's verb, or `ANY`.
    public var httpMethod: String?
    /// Whether the canary deployment answered.
    public var canary: Bool
    public var count: Int
    public var clientErrors: Int
    public var serverErrors: Int
    public var cacheHits: Int
    public var cacheMisses: Int
    public var latency: LatencyHistogram
    /// Only requests that called a backend are counted here.
    public var integrationLatency: LatencyHistogram

    public init(
        time: Int, apiId: String, stageName: String, canary: Bool, count: Int = 0, clientErrors: Int = 0,
        serverErrors: Int = 0, cacheHits: Int = 0, cacheMisses: Int = 0,
        latency: LatencyHistogram = LatencyHistogram(), integrationLatency: LatencyHistogram = LatencyHistogram()
    ) {
        self.time = time
        self.apiId = apiId
        self.stageName = stageName
        self.canary = canary
        self.count = count
        self.clientErrors = clientErrors
        self.serverErrors = serverErrors
        self.cacheHits = cacheHits
        self.cacheMisses = cacheMisses
        self.latency = latency
        self.integrationLatency = integrationLatency
    }

    enum CodingKeys: String, CodingKey {
        case time, apiId, stageName, resourcePath, httpMethod, canary
        case count = "Count"
        case clientErrors = "4XXError"
        case serverErrors = "5XXError"
        case cacheHits = "CacheHitCount"
        case cacheMisses = "CacheMissCount"
        case latency = "Latency"
        case integrationLatency = "IntegrationLatency"
    }
}

extension MetricsSample {
    /// Both together, under this one's time and stage.
    public func adding(_ other: MetricsSample) -> MetricsSample {
        var sum = self
        sum.count += other.count
        sum.clientErrors += other.clientErrors
        sum.serverErrors += other.serverErrors
        sum.cacheHits += other.cacheHits
        sum.cacheMisses += other.cacheMisses
        sum.latency.merge(other.latency)
        sum.integrationLatency.merge(other.integrationLatency)
        return sum
    }
}
