import ControlAPI

/// A stage's method settings as they are in force for one method: those of `*/*`, and over them the method's own.
struct EffectiveSettings: Sendable, Hashable {
    var metricsEnabled = false
    /// `nil` for `OFF`.
    var logging: ExecutionLog.Level?
    var dataTrace = false
    /// Requests at once; `nil` where no setting says so.
    var throttlingBurstLimit: Int?
    /// Requests a second; `nil` where no setting says so.
    var throttlingRateLimit: Double?
    var cachingEnabled = false
    /// Seconds.
    var cacheTtl = 300
    var cacheDataEncrypted = false
    var requireAuthorizationForCacheControl = true
    var unauthorizedCacheControl = UnauthorizedCacheControl.succeedWithResponseHeader
    /// Whether the method's own settings say that it caches: an `ANY` method then caches all verbs, not `GET` alone.
    var cachesByOwnSetting = false
    /// Whether the method has settings of its own beside the stage's: its throttle is then a bucket of its own.
    var hasOwnThrottle = false

    /// What becomes of `Cache-Control: max-age=0` from a caller who may not invalidate.
    enum UnauthorizedCacheControl: String, Sendable {
        case failWith403 = "FAIL_WITH_403"
        case succeedWithResponseHeader = "SUCCEED_WITH_RESPONSE_HEADER"
        case succeedWithoutResponseHeader = "SUCCEED_WITHOUT_RESPONSE_HEADER"
    }

    init() {}

    /// Keys of `methodSettings` have a resource path without its first slash: `pets/{id}/GET`, the root's is `/GET`.
    init(stage: Stage, resourcePath: String, verb: String) {
        let all = stage.methodSettings ?? [:]
        let path = resourcePath == "/" ? "" : String(resourcePath.dropFirst())
        if let setting = all["*/*"] {
            apply(setting)
            // A stage caches GET alone; other verbs only where a method's own setting says so.
            if verb != "GET", verb != "ANY" { cachingEnabled = false }
        }
        if let setting = all["\(path)/\(verb)"] {
            apply(setting)
            cachesByOwnSetting = setting.cachingEnabled == true
            hasOwnThrottle = setting.throttlingRateLimit != nil || setting.throttlingBurstLimit != nil
        }
    }

    private mutating func apply(_ setting: MethodSetting) {
        if let value = setting.metricsEnabled { metricsEnabled = value }
        switch setting.loggingLevel {
        case "INFO": logging = .info
        case "ERROR": logging = .error
        case nil: break
        default: logging = nil
        }
        if let value = setting.dataTraceEnabled { dataTrace = value }
        if let value = setting.throttlingBurstLimit { throttlingBurstLimit = value }
        if let value = setting.throttlingRateLimit { throttlingRateLimit = value }
        if let value = setting.cachingEnabled { cachingEnabled = value }
        if let value = setting.cacheTtlInSeconds { cacheTtl = value }
        if let value = setting.cacheDataEncrypted { cacheDataEncrypted = value }
        if let value = setting.requireAuthorizationForCacheControl { requireAuthorizationForCacheControl = value }
        if let value = setting.unauthorizedCacheControlHeaderStrategy.flatMap(UnauthorizedCacheControl.init) {
            unauthorizedCacheControl = value
        }
    }
}
