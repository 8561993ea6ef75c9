/// A named address of a deployment as `GetStage` returns it.
public struct Stage: Codable, Sendable, Hashable {
    public var deploymentId: String?
    public var clientCertificateId: String?
    public var stageName: String
    public var description: String?
    public var cacheClusterEnabled: Bool?
    public var cacheClusterSize: String?
    public var cacheClusterStatus: String?
    /// `{resource path}/{verb}` or `*/*` → settings.
    public var methodSettings: [String: MethodSetting]?
    public var variables: [String: String]?
    public var documentationVersion: String?
    public var accessLogSettings: AccessLogSettings?
    public var canarySettings: CanarySettings?
    public var tracingEnabled: Bool?
    public var webAclArn: String?
    public var tags: [String: String]?
    public var createdDate: Timestamp?
    public var lastUpdatedDate: Timestamp?

    public init(stageName: String, deploymentId: String?) {
        self.stageName = stageName
        self.deploymentId = deploymentId
    }
}

/// A second deployment that takes a share of a stage's requests.
public struct CanarySettings: Codable, Sendable, Hashable {
    /// 0.0–100.0.
    public var percentTraffic: Double
    public var deploymentId: String?
    /// Merged over the stage's variables for canary requests.
    public var stageVariableOverrides: [String: String]?
    public var useStageCache: Bool?

    public init(
        percentTraffic: Double, deploymentId: String? = nil, stageVariableOverrides: [String: String]? = nil,
        useStageCache: Bool? = false
    ) {
        self.percentTraffic = percentTraffic
        self.deploymentId = deploymentId
        self.stageVariableOverrides = stageVariableOverrides
        self.useStageCache = useStageCache
    }
}

public struct AccessLogSettings: Codable, Sendable, Hashable {
    public var format: String?
    public var destinationArn: String?

    public init(format: String? = nil, destinationArn: String? = nil) {
        self.format = format
        self.destinationArn = destinationArn
    }
}

public struct MethodSetting: Codable, Sendable, Hashable {
    public var metricsEnabled: Bool?
    /// `OFF`, `ERROR` or `INFO`.
    public var loggingLevel: String?
    public var dataTraceEnabled: Bool?
    public var throttlingBurstLimit: Int?
    /// Requests a second.
    public var throttlingRateLimit: Double?
    public var cachingEnabled: Bool?
    /// Seconds, 0–3,600.
    public var cacheTtlInSeconds: Int?
    public var cacheDataEncrypted: Bool?
    public var requireAuthorizationForCacheControl: Bool?
    public var unauthorizedCacheControlHeaderStrategy: String?

    public init() {}
}
